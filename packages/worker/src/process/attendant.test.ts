import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { spawnSource } from '@millrace/e2e/servers/source-process'
import { expect, test } from 'vitest'
import { processesWith, until } from '../testdata/program-calls.ts'
import { createAttendant } from './attendant.ts'
import { census } from './census.ts'

test('a pipe carries what is written to it, and ends when the writer closes', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-attendant-'))
  const attendant = createAttendant('mark-of-nobody.', directory)
  await attendant.start()
  const pipes = await Promise.all(Array.from({ length: 200 }, () => attendant.pipe()))
  expect(new Set(pipes.map((pipe) => pipe.path)).size).toBe(200)
  const [first] = pipes
  const read: Buffer[] = []
  first?.reader.on('data', (chunk: Buffer) => read.push(chunk))
  first?.opened()
  if (first !== undefined) await once(first.reader, 'close')
  for (const pipe of pipes) pipe.close()
  await attendant.stop()
  expect(existsSync(directory)).toBe(false)
})

test('an attendant that was killed is replaced', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-attendant-'))
  const attendant = createAttendant('mark-of-nobody-else.', directory)
  await attendant.start()
  ;(await attendant.pipe()).close()
  const [pid] = processesWith('mark-of-nobody-else.')
  process.kill(pid as number, 'SIGKILL')
  for (let i = 0; i < 200; i++) (await attendant.pipe()).close()
  expect(processesWith('mark-of-nobody-else.')).not.toContain(pid)
  await attendant.stop()
})

test('kill -9 of a worker leaves no process and no directory of it, within seconds', async () => {
  const root = await mkdtemp(join(tmpdir(), 'millrace-doomed-'))
  const child = spawnSource(new URL('../testdata/doomed.ts', import.meta.url), [root])
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string]
  const mark = /up as (\S+)/.exec(line)?.[1] ?? ''
  const orphans = async () => (await census(mark)).filter((one) => one.mark !== '')
  expect((await orphans()).length).toBeGreaterThanOrEqual(10)
  child.kill('SIGKILL')
  await until('no orphan to be left', async () => (await orphans()).length === 0)
  await until('its directory to be gone', async () => (await readdir(join(root, 'scratch'))).length === 0)
  await until('its attendant to be gone', () => processesWith(mark).length === 0)
  await rm(root, { recursive: true })
})
