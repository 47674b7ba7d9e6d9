// Signals, parents and exit codes, with the processes of a real start: a starter that runs a server as its child.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const module = JSON.stringify(new URL('./child.mjs', import.meta.url).href)
const server = `
  let heard = 0
  const end = (signal) => { console.log(signal); if (++heard === 2) process.exit(9); setTimeout(() => process.exit(3), Number(process.env.DRAIN_MS)) }
  process.on('SIGINT', end).on('SIGTERM', end)
  setInterval(() => {}, 1000)
  console.log('up', process.pid)`
const starter = `
  const { runNode } = await import(${module})
  process.exitCode = (await runNode(['server.mjs'], { cwd: process.cwd() })).code`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-child-'))
  writeFileSync(join(folder, 'server.mjs'), server)
  writeFileSync(join(folder, 'starter.mjs'), starter)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Starts, does `act` when the server is up and `again` when it heard the first signal; answers what the server said. */
async function started(act: (starter: ChildProcess) => void, again?: (starter: ChildProcess) => void) {
  // The server drains for so long; who wants to be heard twice must have been heard before it is done.
  const env = { ...process.env, DRAIN_MS: again ? '20000' : '700' }
  const child = spawn(process.execPath, ['starter.mjs'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (data) => {
    if (!said.includes('up') && String(data).includes('up')) act(child)
    if (!said.includes('SIG') && String(data).includes('SIG')) again?.(child)
    said += data
  })
  // The pipe closes when its last writer has ended: the server, even when the starter is gone.
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, said: said.trim().split('\n').slice(1) }
}

test('a signal is passed on, and the exit code comes back', async () => {
  expect(await started((child) => child.kill('SIGTERM'))).toEqual({ code: 3, said: ['SIGTERM'] })
  expect(await started((child) => child.kill('SIGINT'))).toEqual({ code: 3, said: ['SIGINT'] })
})

test('a closed terminal ends the server like SIGTERM', async () => {
  expect(await started((child) => child.kill('SIGHUP'))).toEqual({ code: 3, said: ['SIGTERM'] })
})

test('a Ctrl-C that arrives twice, from the terminal and from npm, is heard once', async () => {
  const twice = (child: ChildProcess) => {
    child.kill('SIGINT')
    setTimeout(() => child.kill('SIGINT'), 20)
  }
  expect(await started(twice)).toEqual({ code: 3, said: ['SIGINT'] })
})

test('a second Ctrl-C of a person is heard too', async () => {
  const first = (child: ChildProcess) => child.kill('SIGINT')
  const second = (child: ChildProcess) => setTimeout(() => child.kill('SIGINT'), 400)
  expect(await started(first, second)).toEqual({ code: 9, said: ['SIGINT', 'SIGINT'] })
})

test('the server ends as asked when its starter was killed with -9', async () => {
  expect((await started((child) => child.kill('SIGKILL'))).said).toEqual(['SIGTERM'])
})

test('the server ends as asked when npm above the starter was killed with -9', async () => {
  // As npm does it: a shell in between, which outlives its parent.
  writeFileSync(
    join(folder, 'npm.mjs'),
    `
    import { spawn } from 'node:child_process'
    const env = { ...process.env, npm_lifecycle_event: 'start', DRAIN_MS: '700' }
    spawn('sh', ['-c', '"${process.execPath}" starter.mjs; true'], { stdio: 'inherit', env })`,
  )
  writeFileSync(join(folder, 'starter.mjs'), starter)
  const npm = spawn(process.execPath, ['npm.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  npm.stdout.on('data', (data) => {
    if (!said.includes('up') && String(data).includes('up')) npm.kill('SIGKILL')
    said += data
  })
  await new Promise((resolve) => npm.once('close', resolve))
  expect(said).toMatch(/^up \d+\nSIGTERM\n$/)
})
