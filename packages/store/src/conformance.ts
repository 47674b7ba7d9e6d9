// What every store must do, so that a statement is written once: the same values in and out, transactions that hold,
// notices, migrations, and errors that say which kind of trouble it is and never what was in the parameters.

import { deferred } from '@millrace/stdx'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Bench } from './conformance-bench.ts'
import { migrationConformance } from './conformance-migration.ts'
import { valueConformance } from './conformance-value.ts'
import type { Store } from './contract.ts'

export interface OpenedStore {
  readonly store: Store
  /** Closes the store and removes what it left. */
  close(): Promise<void>
}

export function storeConformance(name: string, open: () => Promise<OpenedStore>): void {
  describe(`a store on ${name}`, () => {
    let opened: OpenedStore
    const bench: Bench = { store: undefined as unknown as Store }
    beforeAll(async () => {
      opened = await open()
      bench.store = opened.store
    })
    afterAll(() => opened.close())
    beforeEach(() =>
      bench.store.script(`
        DROP SCHEMA IF EXISTS t CASCADE; DROP SCHEMA IF EXISTS millrace CASCADE;
        CREATE SCHEMA t; CREATE TABLE t.item (id int8 PRIMARY KEY, name text)`),
    )
    valueConformance(bench)
    statementConformance(bench)
    transactionConformance(bench)
    noticeConformance(bench)
    migrationConformance(bench)
    errorConformance(bench)
  })
}

const insert = 'INSERT INTO t.item (id, name) VALUES ($1, $2)'
const names = async (store: Store) =>
  (await store.query<{ name: string }>('SELECT name FROM t.item ORDER BY id')).map((row) => row.name)

function statementConformance(bench: Bench): void {
  test('ten thousand rows go in as one statement of arrays', async () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => i)
    const rows = await bench.store.query(
      'INSERT INTO t.item (id, name) SELECT * FROM unnest($1::int8[], $2::text[]) RETURNING id',
      [ids, ids.map((id) => `name "${id}", {with} \\ all`)],
    )
    expect(rows).toHaveLength(10_000)
    expect(await bench.store.query('SELECT count(*), max(id), min(name) FROM t.item')).toEqual([
      { count: 10_000, max: 9999, min: 'name "0", {with} \\ all' },
    ])
  })

  test('the same text with other parameters, and a table that changes under it', async () => {
    for (let id = 1; id <= 20; id++) await bench.store.query(insert, [id, `name ${id}`])
    const all = 'SELECT * FROM t.item WHERE id = $1'
    expect(await bench.store.query(all, [7])).toEqual([{ id: 7, name: 'name 7' }])
    await bench.store.script('ALTER TABLE t.item ADD COLUMN size int4 DEFAULT 3')
    expect(await bench.store.query(all, [8])).toEqual([{ id: 8, name: 'name 8', size: 3 }])
    await bench.store.query('ALTER TABLE t.item DROP COLUMN name')
    expect(await bench.store.query(all, [9])).toEqual([{ id: 9, size: 3 }])
  })

  test('more texts than are kept prepared', async () => {
    for (let i = 0; i < 600; i++)
      expect(await bench.store.query(`SELECT $1::int4 + ${i} AS sum`, [1])).toEqual([{ sum: i + 1 }])
    expect(await bench.store.query('SELECT $1::int4 + 0 AS sum', [2])).toEqual([{ sum: 2 }])
  })
}

function transactionConformance(bench: Bench): void {
  test('a transaction is whole, or not there at all when its work throws', async () => {
    const { store } = bench
    expect(
      await store.transaction(async (sql) => {
        await sql.query(insert, [1, 'one'])
        await sql.query(insert, [2, 'two'])
        return 'done'
      }),
    ).toBe('done')
    const failed = store.transaction(async (sql) => {
      await sql.query(insert, [3, 'three'])
      throw new Error('on purpose')
    })
    await expect(failed).rejects.toThrow('on purpose')
    expect(await names(store)).toEqual(['one', 'two'])
  })

  test('a failed statement ends the transaction, also when its error is swallowed', async () => {
    const { store } = bench
    const swallowed = store.transaction(async (sql) => {
      await sql.query(insert, [1, 'one'])
      await sql.query(insert, [1, 'again']).catch(() => undefined)
    })
    await expect(swallowed).rejects.toMatchObject({ code: 'store.statement_failed' })
    expect(await names(store)).toEqual([])
    await store.query(insert, [1, 'one'])
  })

  test('a transaction cannot be used after it has ended', async () => {
    let kept: { query: Store['query'] } | undefined
    await bench.store.transaction(async (sql) => {
      kept = sql
    })
    await expect(kept?.query('SELECT 1')).rejects.toThrow('after it has ended')
  })

  test('transactions at the same time lose no update', async () => {
    const { store } = bench
    await store.query(insert, [1, '0'])
    const add = () =>
      store.transaction(async (sql) => {
        const [row] = await sql.query<{ name: string }>('SELECT name FROM t.item WHERE id = 1 FOR UPDATE')
        await sql.query('UPDATE t.item SET name = $1 WHERE id = 1', [String(Number(row?.name) + 1)])
      })
    await Promise.all([...Array.from({ length: 30 }, add), store.query('SELECT 1')])
    expect(await names(store)).toEqual(['30'])
  })

  test('statements of one transaction may be asked for at once', async () => {
    await bench.store.transaction(async (sql) => {
      await Promise.all(Array.from({ length: 20 }, (_, id) => sql.query(insert, [id, `name ${id}`])))
    })
    expect(await names(bench.store)).toHaveLength(20)
  })
}

function noticeConformance(bench: Bench): void {
  test('a notice is heard by all who listen, after its transaction, and not after leaving', async () => {
    const { store } = bench
    const first = deferred<string>()
    const heard: string[] = []
    const leaveFirst = await store.listen('t_change', first.resolve)
    const leave = await store.listen('t_change', (payload) => heard.push(payload))
    const last = deferred<string>()
    await store.listen('t_last', last.resolve)
    await store.transaction(async (sql) => {
      await sql.query("SELECT pg_notify('t_change', $1)", ['from a transaction'])
      expect(heard).toEqual([])
    })
    expect(await first.promise).toBe('from a transaction')
    await leaveFirst()
    await store.notify('t_change', 'ä∞ "quoted"')
    await expect.poll(() => heard).toEqual(['from a transaction', 'ä∞ "quoted"'])
    await leave()
    await store.notify('t_change', 'nobody is there')
    await store.notify('t_last', '')
    expect(await last.promise).toBe('')
    expect(heard).toHaveLength(2)
  })

  test('a listener that throws harms no other, and a channel is a word', async () => {
    const heard = deferred<string>()
    await bench.store.listen('t_broken', () => {
      throw new Error('on purpose')
    })
    await bench.store.listen('t_broken', heard.resolve)
    await bench.store.notify('t_broken', 'still')
    expect(await heard.promise).toBe('still')
    for (const channel of ['', 'Big', 'a b', 'x; DROP TABLE t.item', 'x'.repeat(64)]) {
      await expect(bench.store.listen(channel, () => {})).rejects.toThrow('a channel is a word')
      await expect(bench.store.notify(channel, '')).rejects.toThrow('a channel is a word')
    }
  })
}

function errorConformance(bench: Bench): void {
  const secret = 'hunter2-hunter2'
  const refused: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['a double key', '23505', insert, ['1', secret]],
    ['a missing table', '42P01', 'SELECT $1::text FROM t.nothing', [secret]],
    ['bad syntax', '42601', 'SELEC $1', [secret]],
    ['two statements in one', '42601', 'SELECT $1::text; SELECT 2', [secret]],
    ['a text that is no number', '22P02', 'SELECT $1::int4', [secret]],
    ['a text that is no json', '22P02', 'SELECT $1::jsonb', [secret]],
    ['a division by zero', '22012', 'SELECT 1 / length($1::text) - 1 / 0', [secret]],
    ['too few parameters', '08P01', 'SELECT $1::text, $2::text', [secret]],
  ]
  test.each(refused)(
    '%s is refused with %s, and the message does not have the value',
    async (_what, sqlstate, text, parameters) => {
      await bench.store.query(insert, [1, 'one'])
      const error = await bench.store.query(text, parameters).then(
        () => undefined,
        (cause: unknown) => cause as Error & { details: Record<string, unknown> },
      )
      expect(error).toMatchObject({ name: 'MillraceError' })
      if (sqlstate !== '08P01') expect(error).toMatchObject({ code: 'store.statement_failed', details: { sqlstate } })
      expect(JSON.stringify([error?.message, error?.details, error?.stack, String(error?.cause)])).not.toContain(secret)
      expect(await bench.store.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    },
  )

  test('the constraint of a double key is named', async () => {
    await bench.store.query(insert, [1, 'one'])
    await expect(bench.store.query(insert, [1, 'two'])).rejects.toMatchObject({
      retryable: false,
      details: { sqlstate: '23505', constraint: 'item_pkey', table: 'item' },
    })
  })

  test('a script of several statements is refused whole', async () => {
    await expect(bench.store.script('INSERT INTO t.item VALUES (1); SELECT 1/0;')).rejects.toMatchObject({
      code: 'store.statement_failed',
    })
    expect(await names(bench.store)).toEqual([])
  })
}
