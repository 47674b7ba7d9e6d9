// The first minute of a newcomer, for real: a folder with nothing but what is in the repository, and `npm start`.

import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanEnvironment } from './bootstrap/install.mjs'
import { filesUnder } from './bootstrap/stamp.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
let clone: string
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'millrace-clone-'))
  for (const file of filesUnder(root)) cpSync(file, join(clone, relative(root, file)))
})
afterAll(() => rmSync(clone, { recursive: true, force: true }))

/** `npm start` on any free port, until it says where it is. */
async function npmStart(): Promise<{ npm: ChildProcess; address: string; ended: Promise<unknown> }> {
  // A terminal of one's own: nothing of the vitest or the npm that runs this test.
  const env = { ...cleanEnvironment(process.env), VITEST: undefined, NODE_OPTIONS: undefined }
  const npm = spawn('npm', ['start', '--', '--port', '0'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => npm.once('close', resolve))
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    for (const stream of [npm.stdout, npm.stderr]) {
      stream.on('data', (data) => {
        said += data
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)
        if (found !== null) resolve(found[0])
      })
    }
    void ended.then((code) => reject(new Error(`npm start ended with ${code}:\n${said}`)))
  })
  return { npm, address, ended }
}

test('a fresh clone starts with one command, shows the console, and ends with npm', async () => {
  expect(existsSync(join(clone, 'node_modules'))).toBe(false)
  const { npm, address, ended } = await npmStart()
  expect((await fetch(`${address}/healthz`)).status).toBe(200)
  expect(await (await fetch(address)).text()).toMatch(/<!doctype html>/i)
  npm.kill('SIGTERM')
  // Both pipes close when their last writer is gone, which is the server.
  await ended
  await expect(fetch(address)).rejects.toThrow('fetch failed')
})

test('the second start needs no network and no build, and ends when npm is killed with -9', async () => {
  const { npm, address, ended } = await npmStart()
  expect((await fetch(`${address}/healthz`)).status).toBe(200)
  npm.kill('SIGKILL')
  await ended
  await expect(fetch(address)).rejects.toThrow('fetch failed')
})
