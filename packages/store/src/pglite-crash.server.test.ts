import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { spawnSource } from '@millrace/e2e/servers/source-process'
import { seededRandom } from '@millrace/stdx'
import { expect, test } from 'vitest'
import { openPglite } from './pglite.ts'

const rounds = 12

/** Runs the inserter, kills it at some moment, and answers the lines it had printed by then. */
async function insertUntilKilled(directory: string, round: number, lines: number): Promise<string[]> {
  const child = spawnSource(new URL('./testdata/inserter.ts', import.meta.url), [directory, String(round)])
  const printed: string[] = []
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    printed.push(line)
    if (printed.length === lines) child.kill('SIGKILL')
  }
  return printed
}

test('kill -9 at any moment loses no committed row and leaves no half transaction', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-pglite-crash-'))
  const random = seededRandom(20_260_102)
  const committed = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    const lines = await insertUntilKilled(directory, round, 1 + Math.floor(random.next() * 1500))
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) committed.add(line)
    const store = await openPglite({ directory })
    const found = await store.query<{ line: string }>(
      "SELECT round || ' ' || number || ' ' || count(*) AS line FROM fact GROUP BY round, number",
    )
    await store.close()
    const there = new Set(found.map((row) => row.line))
    expect([...committed].filter((line) => !there.has(line))).toEqual([])
    // What is there beyond the acknowledged was on its way; it must be whole.
    for (const line of there) expect(line.split(' ')[2]).toBe(Number(line.split(' ')[1]) % 2 === 0 ? '1' : '3')
  }
  await rm(directory, { recursive: true })
}, 180_000)

test('kill -9 while the cluster is made leaves nothing that is taken for one', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-pglite-crash-'))
  for (const afterMs of [400, 900, 1500]) {
    const child = spawnSource(new URL('./testdata/inserter.ts', import.meta.url), [directory])
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
  }
  const store = await openPglite({ directory })
  expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await store.close()
  await rm(directory, { recursive: true })
})
