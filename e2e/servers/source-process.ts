// A child process that runs a TypeScript source of this repository: what crash tests start and kill.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const loader = new URL('./source-loader.mjs', import.meta.url).href

/** `node script ...args`, resolving workspace packages to their sources. stdin is closed, stdout a pipe, stderr passed on. */
export function spawnSource(script: URL, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(
    process.execPath,
    ['--enable-source-maps', '--conditions=source', `--import=${loader}`, fileURLToPath(script), ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], ...options },
  )
}
