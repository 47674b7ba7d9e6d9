// The conformance of migrations: once each, in order, also when two start at once, and never guessed.

import { expect, test } from 'vitest'
import type { Bench } from './conformance-bench.ts'
import type { Migration } from './contract.ts'
import { migrate } from './migration.ts'

const first: Migration = {
  room: 'shop',
  version: 1,
  name: 'order',
  script: 'CREATE TABLE t.shop_order (id int8); INSERT INTO t.shop_order VALUES (1)',
}
const second: Migration = {
  room: 'shop',
  version: 2,
  name: 'total',
  script: 'ALTER TABLE t.shop_order ADD COLUMN total numeric; INSERT INTO t.shop_order VALUES (2, 5)',
}
const other: Migration = { room: 'mail', version: 1, name: 'letter', script: 'CREATE TABLE t.letter (id int8)' }

export function migrationConformance(bench: Bench): void {
  const ledger = () => bench.store.query('SELECT room, version, name FROM millrace.migration ORDER BY room, version')

  test('migrations run once, and what is new is added', async () => {
    await migrate(bench.store, [first])
    await migrate(bench.store, [first, other])
    await migrate(bench.store, [other, first, second])
    await migrate(bench.store, [first, second])
    expect(await bench.store.query('SELECT id, total FROM t.shop_order ORDER BY id')).toEqual([
      { id: 1, total: null },
      { id: 2, total: 5 },
    ])
    expect(await ledger()).toEqual([
      { room: 'mail', version: 1, name: 'letter' },
      { room: 'shop', version: 1, name: 'order' },
      { room: 'shop', version: 2, name: 'total' },
    ])
  })

  test('several that start at once do it once', async () => {
    for (let round = 0; round < 5; round++) {
      await bench.store.script('DROP SCHEMA IF EXISTS millrace, t CASCADE; CREATE SCHEMA t')
      await Promise.all(Array.from({ length: 4 }, () => migrate(bench.store, [first, second, other])))
      expect(await ledger()).toHaveLength(3)
      expect(await bench.store.query('SELECT count(*) FROM t.shop_order')).toEqual([{ count: 2 }])
    }
  })

  test('a migration that fails leaves nothing, and those before it', async () => {
    const broken = { ...second, script: `${second.script}; SELECT 1/0` }
    await expect(migrate(bench.store, [first, broken])).rejects.toMatchObject({ code: 'store.statement_failed' })
    expect(await ledger()).toEqual([{ room: 'shop', version: 1, name: 'order' }])
    await migrate(bench.store, [first, second])
    expect(await ledger()).toHaveLength(2)
  })

  test('a script that changed, or a schema newer than the program, is refused', async () => {
    await migrate(bench.store, [first, second])
    const changed = { ...first, script: `${first.script} ` }
    await expect(migrate(bench.store, [changed, second])).rejects.toMatchObject({
      code: 'store.migration_changed',
      message: expect.stringContaining('`shop` was made with another script for version 1 (order)'),
    })
    await expect(migrate(bench.store, [first])).rejects.toMatchObject({
      code: 'store.migration_changed',
      message: expect.stringContaining('is at version 2 (total); this Millrace knows it up to 1'),
    })
    expect(await bench.store.query('SELECT count(*) FROM t.shop_order')).toEqual([{ count: 2 }])
  })

  test('versions are counted without a gap', async () => {
    await expect(migrate(bench.store, [second])).rejects.toThrow('migrations of shop come as 1, 2, 3')
    await expect(migrate(bench.store, [first, first])).rejects.toThrow('migrations of shop come as 1, 2, 3')
  })
}
