import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inTurn } from './turn.mjs'

let folder: string
let turn: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-turn-'))
  turn = join(folder, 'turn')
})
afterEach(() => rmSync(folder, { recursive: true }))

const never = () => expect.unreachable('there is nobody to wait for')

test('the turn is given back after success and after failure', async () => {
  await expect(inTurn(turn, never, async () => 7)).resolves.toBe(7)
  await expect(inTurn(turn, never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(existsSync(turn)).toBe(false)
})

test('processes that come at once work one after the other', async () => {
  const log = join(folder, 'log')
  const script = `
    import { appendFileSync } from 'node:fs'
    const { inTurn } = await import(${JSON.stringify(new URL('./turn.mjs', import.meta.url).href)})
    await inTurn(${JSON.stringify(turn)}, () => {}, async () => {
      appendFileSync(${JSON.stringify(log)}, 'in ')
      await new Promise((resolve) => setTimeout(resolve, 50))
      appendFileSync(${JSON.stringify(log)}, 'out ')
    })`
  const exits = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' })
    return new Promise((resolve) => child.once('close', resolve))
  })
  expect(await Promise.all(exits)).toEqual([0, 0, 0, 0])
  expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(4))
})

test('who waits is told so once', async () => {
  let waits = 0
  const first = inTurn(turn, never, () => new Promise((resolve) => setTimeout(resolve, 500)))
  await inTurn(
    turn,
    () => waits++,
    async () => {},
  )
  await first
  expect(waits).toBe(1)
})

test('a turn left by a dead process is taken over at once', async () => {
  const dead = spawnSync(process.execPath, ['--eval', '']).pid
  mkdirSync(turn)
  writeFileSync(join(turn, 'owner'), `${hostname()} ${dead}`)
  await expect(
    inTurn(
      turn,
      () => {},
      async () => 'mine',
    ),
  ).resolves.toBe('mine')
})

test('a turn of another machine is taken over when it has been silent for long', async () => {
  mkdirSync(turn)
  writeFileSync(join(turn, 'owner'), 'elsewhere 1')
  const longAgo = new Date(Date.now() - 120_000)
  utimesSync(turn, longAgo, longAgo)
  await expect(
    inTurn(
      turn,
      () => {},
      async () => 'mine',
    ),
  ).resolves.toBe('mine')
})
