import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { spawnSource } from '@millrace/e2e/servers/source-process'
import { seededRandom, systemClock } from '@millrace/stdx'
import { expect, test } from 'vitest'
import type { StoredRecord } from './contract.ts'
import { openFileJournal } from './file.ts'
import { crashStream } from './testdata/crash-stream.ts'

const rounds = 14

/** Runs the appender until some moment, kills it, and answers the lines it had printed by then. */
async function appendUntilKilled(directory: string, round: number, lines: number): Promise<string[]> {
  const child = spawnSource(new URL('./testdata/appender.ts', import.meta.url), [directory, String(round)])
  const printed: string[] = []
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    printed.push(line)
    if (printed.length === lines) child.kill('SIGKILL')
  }
  return printed
}

async function readAll(directory: string): Promise<StoredRecord[]> {
  const journal = await openFileJournal({ directory, clock: systemClock })
  await journal.ensureStream(crashStream)
  const records: StoredRecord[] = []
  for (let position = 1; ; ) {
    const some = await journal.read('crash', position, 1000)
    const last = some.at(-1)
    if (last === undefined) break
    records.push(...some)
    position = last.position + 1
  }
  await journal.close()
  return records
}

test('kill -9 at any moment loses no acknowledged record, leaves no hole and no half call', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-journal-crash-'))
  const random = seededRandom(20_260_101)
  let acknowledged = 0
  for (let round = 0; round < rounds; round++) {
    const lines = await appendUntilKilled(directory, round, 1 + Math.floor(random.next() * 1500))
    const records = await readAll(directory)
    const first = records[0]?.position ?? 1
    expect(records.map((record) => record.position)).toEqual(records.map((_, i) => first + i))
    for (const line of lines) {
      const [caller, number, count, position] = line.split(' ')
      for (let part = 0; part < Number(count); part++) {
        const record = records[Number(position) - first + part]
        if (record === undefined && Number(position) < first) continue
        expect(record?.headers, line).toEqual({ call: `${round}-${caller}-${number}`, part: `${part}/${count}` })
        expect(record?.body.every((byte) => byte === Number(number) % 256)).toBe(true)
      }
    }
    expectWholeCalls(records)
    acknowledged += lines.length
  }
  expect(acknowledged).toBeGreaterThan(rounds)
  await rm(directory, { recursive: true })
})

/** A call's parts stand together, and the last of them is there. */
function expectWholeCalls(records: readonly StoredRecord[]): void {
  const incomplete = records.filter((record, i) => {
    const [part, count] = (record.headers?.['part'] ?? '').split('/').map(Number)
    const next = records[i + 1]
    return part !== (count ?? 0) - 1 && next?.headers?.['call'] !== record.headers?.['call']
  })
  expect(incomplete).toEqual([])
}
