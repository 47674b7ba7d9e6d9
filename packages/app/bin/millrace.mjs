#!/usr/bin/env node
// libuv reads its number of threads when it first needs one, so this comes before everything is loaded: the column store's
// queries take several each, and files must not wait for them.
process.env.UV_THREADPOOL_SIZE ??= '16'

const { main } = await import('../dist/main.js')

process.exitCode = await main(process.argv.slice(2))
