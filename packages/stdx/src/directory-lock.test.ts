import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSource } from '@millrace/e2e/servers/source-process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DirectoryLock, lockDirectory } from './node.ts'

let directory: string
const children: ChildProcess[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-lock-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

function held(answer: DirectoryLock | { heldBy: number }): DirectoryLock {
  if ('heldBy' in answer) throw new Error(`held by ${answer.heldBy}`)
  return answer
}

/** A process of its own that takes the lock, says what it got, and stays. */
async function otherProcess(): Promise<{ child: ChildProcess; answer: string }> {
  const child = spawnSource(new URL('./testdata/lock-holder.ts', import.meta.url), [directory])
  children.push(child)
  const answer = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (data) => resolve(String(data).trim())),
  )
  return { child, answer }
}

test('a directory is locked once, and free again after release', async () => {
  const first = held(await lockDirectory(directory))
  expect(await lockDirectory(directory)).toEqual({ heldBy: process.pid })
  await first.release()
  await held(await lockDirectory(directory)).release()
  expect(await readdir(directory)).toEqual([])
})

test('a directory that is absent is made', async () => {
  await held(await lockDirectory(join(directory, 'a', 'b'))).release()
})

test('a second process is refused with the pid of the first, and takes over after kill -9', async () => {
  const { child, answer } = await otherProcess()
  expect(answer).toBe('locked')
  expect(await lockDirectory(directory)).toEqual({ heldBy: child.pid })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  const lock = held(await lockDirectory(directory))
  expect(await readdir(directory)).toHaveLength(1)
  expect((await otherProcess()).answer).toBe(`held by ${process.pid}`)
  await lock.release()
})

test('a claim of a living pid that was born at another moment is dead', async () => {
  await writeFile(join(directory, `lock.${process.pid}.00000000-1.deadbeef`), '')
  await held(await lockDirectory(directory)).release()
  expect(await readdir(directory)).toEqual([])
})

test('other files are neither claims nor removed', async () => {
  for (const name of ['lock', 'lock.txt', 'lock.12', 'lock.x.y.z']) await writeFile(join(directory, name), '')
  await held(await lockDirectory(directory)).release()
  expect((await readdir(directory)).sort()).toEqual(['lock', 'lock.12', 'lock.txt', 'lock.x.y.z'])
})

test('of eight processes that start at once at most one gets the directory', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => otherProcess()))
  expect(answers.filter(({ answer }) => answer === 'locked').length).toBeLessThanOrEqual(1)
})
