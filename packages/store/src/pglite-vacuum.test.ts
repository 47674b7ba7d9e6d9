import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPglite } from './pglite.ts'
import { vacuum } from './pglite-vacuum.ts'

/** initdb takes seconds; the template stays for the next run. */
const templateDirectory = join(tmpdir(), 'millrace-template')

test('a table whose rows change all day does not grow, and one that rests is left alone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-pglite-vacuum-'))
  const store = await openPglite({ directory, templateDirectory })
  await store.script(
    'CREATE SCHEMA "odd Name"; CREATE TABLE "odd Name".busy (id int8, note text); CREATE TABLE rests (id int8)',
  )
  await store.query('INSERT INTO rests SELECT generate_series(1, 100)')
  await store.query('INSERT INTO "odd Name".busy SELECT id, $1 FROM generate_series(1, 500) AS id', ['x'.repeat(200)])
  const sizes: number[] = []
  const vacuumed: string[][] = []
  for (let day = 0; day < 6; day++) {
    for (let i = 0; i < 10; i++) await store.query('UPDATE "odd Name".busy SET note = note')
    await store.query('SELECT pg_stat_force_next_flush()')
    vacuumed.push(await vacuum(store))
    const [row] = await store.query<{ size: number }>(`SELECT pg_total_relation_size('"odd Name".busy') AS size`)
    sizes.push(row?.size ?? 0)
  }
  expect(vacuumed).toEqual(Array.from({ length: 6 }, () => ['"odd Name".busy']))
  expect(sizes.at(-1)).toBe(sizes[1])
  await store.close()
  await rm(directory, { recursive: true })
})
