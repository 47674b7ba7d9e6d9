// Signals, parents and exit codes, with the processes of a real start: a starter that runs a server as its child.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const module = JSON.stringify(new URL('./child.mjs', import.meta.url).href)
const server = `
  let heard = 0
  const end = (signal) => { console.log(signal); if (++heard === 2) process.exit(9); setTimeout(() => process.exit(3), 700) }
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

/** Starts, waits until the server is up, does `act`, and answers what the server said afterwards. */
async function started(act: (starter: ChildProcess) => void) {
  const child = spawn(process.execPath, ['starter.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (data) => {
      said += data
      if (said.includes('up')) resolve()
    }),
  )
  act(child)
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
    setTimeout(() => child.kill('SIGINT'), 50)
  }
  expect(await started(twice)).toEqual({ code: 3, said: ['SIGINT'] })
})

test('a second Ctrl-C of a person is heard too', async () => {
  const again = (child: ChildProcess) => {
    child.kill('SIGINT')
    setTimeout(() => child.kill('SIGINT'), 400)
  }
  expect(await started(again)).toEqual({ code: 9, said: ['SIGINT', 'SIGINT'] })
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
    const env = { ...process.env, npm_lifecycle_event: 'start' }
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
