// What every memory of columns must do, whatever engine holds it. Run by each adapter's test.

import { MillraceError } from '@millrace/stdx'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, person, roomy } from './conformance-bench.ts'
import { confinementConformance } from './conformance-confinement.ts'
import type { Olap, QueryLimits, QueryResult } from './contract.ts'

export interface OpenedOlap {
  readonly olap: Olap
  /** Closes it and removes what it left. */
  close(): Promise<void>
}

export function olapConformance(name: string, open: () => Promise<OpenedOlap>): void {
  describe(`columns in ${name}`, () => {
    let opened: OpenedOlap
    const bench: Bench = {
      olap: undefined as unknown as Olap,
      query: (sql, options) => bench.olap.query(sql, { limits: roomy, ...options }),
      rows: async (sql, options) => (await bench.query(sql, options)).rows,
      code: (sql, options) =>
        bench.rows(sql, options).catch((fault: unknown) => (fault instanceof MillraceError ? fault.code : fault)),
    }
    beforeAll(async () => {
      opened = await open()
      bench.olap = opened.olap
      await bench.olap.command('CREATE DATABASE IF NOT EXISTS lab')
      await bench.olap.command('CREATE DATABASE IF NOT EXISTS vault')
      await bench.olap.command(
        `CREATE TABLE lab.orders (id UInt64, amount Nullable(Float64), at DateTime64(3), tags Array(String), more JSON)
         ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000`,
      )
      await bench.olap.command('CREATE TABLE vault.secrets (word String) ENGINE = MergeTree ORDER BY word')
      await bench.olap.insert('vault.secrets', [{ word: 'plugh' }], 'only')
    })
    afterAll(() => opened.close())
    insertConformance(bench)
    resultConformance(bench)
    limitConformance(bench)
    confinementConformance(bench)
  })
}

function insertConformance(bench: Bench): void {
  const fresh = async (table: string) => {
    await bench.olap.command(
      `CREATE TABLE lab.${table} (id UInt64, word String) ENGINE = MergeTree ORDER BY id
       SETTINGS non_replicated_deduplication_window = 1000`,
    )
    return `lab.${table}`
  }

  test('a token counts once, another one again, and its rows need not be the same', async () => {
    const table = await fresh('once')
    expect(await bench.olap.insert(table, [{ id: 1 }, { id: 2 }], 'a')).toBe(2)
    expect(await bench.olap.insert(table, [{ id: 1 }, { id: 2 }], 'a')).toBe(2)
    await bench.olap.insert(table, [{ id: 9 }], 'a')
    await bench.olap.insert(table, [{ id: 1 }], 'b')
    expect(await bench.rows(`SELECT id FROM ${table} ORDER BY id`)).toEqual([[1], [1], [2]])
  })

  test('a token on one table does not count on another, and counts for a materialised view behind it', async () => {
    const [one, other] = [await fresh('one'), await fresh('other')]
    await bench.olap.command(
      `CREATE TABLE lab.total (id UInt64, n UInt64) ENGINE = SummingMergeTree ORDER BY id
       SETTINGS non_replicated_deduplication_window = 1000`,
    )
    await bench.olap.command(
      `CREATE MATERIALIZED VIEW lab.total_mv TO lab.total AS SELECT id, count() AS n FROM ${one} GROUP BY id`,
    )
    for (const table of [one, other, one]) await bench.olap.insert(table, [{ id: 1 }], 'same')
    expect(await bench.rows(`SELECT count() FROM ${other}`)).toEqual([[1]])
    expect(await bench.rows('SELECT sum(n) FROM lab.total')).toEqual([[1]])
  })

  test('a batch larger than one insert goes in parts, and a repetition adds none of them', async () => {
    const table = await fresh('large')
    const rows = Array.from({ length: 120_000 }, (_, id) => ({ id, word: `w${'x'.repeat(id % 200)}` }))
    for (let again = 0; again < 2; again++) expect(await bench.olap.insert(table, rows, 'big')).toBe(rows.length)
    const bytes = Buffer.from(rows.map((row) => JSON.stringify({ ...row, id: row.id + 1e6 })).join('\n'))
    for (let again = 0; again < 2; again++) await bench.olap.insertBytes(table, bytes, 'bytes')
    expect(await bench.rows(`SELECT count(), uniqExact(id) FROM ${table}`)).toEqual([[240_000, 240_000]])
  })

  test('no rows are no insert, and a bad row refuses its batch with its reason', async () => {
    const table = await fresh('bad')
    expect(await bench.olap.insert(table, [], 'none')).toBe(0)
    await bench.olap.insertBytes(table, Buffer.from(' \n\n'), 'blank')
    for (const row of [{ id: 'x' }, { id: 1, unknown: 2 }, { id: [1] }]) {
      const fault = await bench.olap
        .insert(table, [{ id: 1 }, row], `t${JSON.stringify(row)}`)
        .catch((thrown) => thrown)
      expect(fault).toMatchObject({ code: 'olap.insert_failed', retryable: false })
      expect(fault.message).toContain(table)
    }
    await expect(bench.olap.insert('lab.absent', [{ id: 1 }], 't')).rejects.toMatchObject({
      code: 'olap.insert_failed',
    })
    for (const name of ['lab.bad SELECT 1', 'lab.bad (id)', 'a.b.c', '', '`x`']) {
      await expect(bench.olap.insert(name, [{ id: 1 }], 't')).rejects.toMatchObject({ code: 'olap.sql_invalid' })
    }
    expect(await bench.rows(`SELECT count() FROM ${table}`)).toEqual([[0]])
  })

  test('a statement of the platform that is wrong says so', async () => {
    await expect(bench.olap.command('CREATE TABEL x')).rejects.toMatchObject({ code: 'olap.sql_invalid' })
    await expect(bench.olap.command('DROP TABLE lab.absent')).rejects.toMatchObject({ code: 'olap.sql_invalid' })
    await bench.olap.ping()
  })
}

function resultConformance(bench: Bench): void {
  test('values come in the shapes that JavaScript has, and exact', async () => {
    const result =
      await bench.query(`SELECT 1 AS small, toUInt64(9007199254740991) AS safe, toUInt64(9007199254740993) AS big,
      toInt64(-9223372036854775808) AS least, toInt128('170141183460469231731687303715884105727') AS huge,
      0.1 + 0.2 AS float, 1e300 AS vast, 1234567890123456.75 AS fraction, nan AS nan, -inf AS inf,
      toDecimal64('1.50', 2) AS price, toDecimal128('12345678901234567890.12', 2) AS fortune,
      'q"\\\\ 12345678901234567890 é😀' AS text, NULL AS nothing, true AS yes, [1, 9007199254740993] AS list,
      map('k', toUInt64(18446744073709551615)) AS pairs, toDateTime64('2026-01-01 00:00:00.123', 3, 'UTC') AS at,
      '{"a":{"b":9007199254740993}}'::JSON AS json, toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0') AS uuid`)
    expect(Object.fromEntries(result.columns.map((column, i) => [column.name, result.rows[0]?.[i]]))).toEqual({
      small: 1,
      safe: 9007199254740991,
      big: '9007199254740993',
      least: '-9223372036854775808',
      huge: '170141183460469231731687303715884105727',
      float: 0.30000000000000004,
      vast: 1e300,
      fraction: 1234567890123456.8,
      nan: null,
      inf: null,
      price: 1.5,
      fortune: '12345678901234567890.12',
      text: 'q"\\ 12345678901234567890 é😀',
      nothing: null,
      yes: true,
      list: [1, '9007199254740993'],
      pairs: { k: '18446744073709551615' },
      at: '2026-01-01 00:00:00.123',
      json: { a: { b: '9007199254740993' } },
      uuid: '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
    })
    expect(result.columns.find((column) => column.name === 'price')?.type).toBe('Decimal(18, 2)')
    expect(result.truncated).toBe(false)
  })

  test('a result without rows still has its columns, and reading is counted', async () => {
    const empty = await bench.query('SELECT id, amount FROM lab.orders WHERE 0')
    expect(empty).toMatchObject({ columns: [{ name: 'id', type: 'UInt64' }, { name: 'amount' }], rows: [] })
    const read = await bench.query('SELECT sum(number) FROM numbers(100000)', person)
    expect(read.rowsRead).toBe(100_000)
    expect(read.bytesRead).toBe(800_000)
    expect(read.elapsedMs).toBeGreaterThan(0)
  })

  test('parameters are values, whatever they hold', async () => {
    const hostile = '\'; DROP TABLE lab.orders; -- \\ \t\n\r\0 ` " {x:String} é😀'
    const parameters = { text: hostile, number: 7, yes: true, nothing: null, name: 'lab' }
    expect(
      await bench.rows('SELECT {text:String}, {number:UInt8} + 1, {yes:Bool}, {nothing:Nullable(String)}', {
        parameters,
      }),
    ).toEqual([[hostile, 8, true, null]])
    expect(await bench.code('SELECT {number:UInt8}', { parameters: { number: 'seven' } })).toBe('olap.sql_invalid')
    expect(await bench.code('SELECT {other:UInt8}', { parameters })).toBe('olap.sql_invalid')
    // What one query was given is not there for the next.
    expect(await bench.code('SELECT {number:UInt8}')).toBe('olap.sql_invalid')
  })

  test('wrong SQL says where and what was expected', async () => {
    const fault = await bench.query('SELECT 1,\n  FROM lab.orders WHERE (', person).catch((thrown) => thrown)
    expect(fault).toMatchObject({ code: 'olap.sql_invalid', kind: 'invalid' })
    const syntax = await bench.query('SELECT id\nFROM lab.orders\nWHER id = 1 1', person).catch((thrown) => thrown)
    expect(syntax.message).toMatch(/Line 3, column \d+/)
    const unknown = await bench.query('SELECT ammount FROM orders', person).catch((thrown) => thrown)
    expect(unknown.message).toContain('ammount')
    expect(await bench.code('', person)).toBe('olap.sql_invalid')
    expect(await bench.code('-- nothing', person)).toBe('olap.sql_invalid')
    expect(await bench.code(`SELECT '${'x'.repeat(300_000)}'`, person)).toBe('olap.sql_invalid')
  })

  test('what a failed query had begun to answer does not reach the next one', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await bench.code('SELECT number, throwIf(number = 80000) FROM numbers(90000)')).toBe('olap.sql_invalid')
      expect(await bench.rows('SELECT 5')).toEqual([[5]])
    }
  })
}

/** Of the query that `numbers(10000000000000)` names, how many run. */
const running =
  "SELECT count() FROM system.processes WHERE query LIKE '%numbers(10000000000000)%' AND query NOT LIKE '%processes%'"

function limitConformance(bench: Bench): void {
  const ending = async (sql: string, limits: Partial<QueryLimits>) => {
    const fault = await bench.query(sql, { ...person, limits: { ...roomy, ...limits } }).catch((thrown) => thrown)
    return fault as MillraceError & QueryResult
  }

  test('a query that never ends is ended by its time, in a sentence', async () => {
    for (const sql of [
      'SELECT count() FROM numbers(10000000000000)',
      'SELECT (SELECT count() FROM numbers(10000000000000))',
      'SELECT sleepEachRow(0.01) FROM numbers(100000)',
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count() FROM r',
      'SELECT count() FROM numbers(1000000) a CROSS JOIN numbers(1000000) b',
    ]) {
      const began = performance.now()
      const fault = await ending(sql, { timeMsMax: 700 })
      expect(fault.code, sql).toMatch(/^olap\.(time_limit|sql_invalid)$/)
      expect(performance.now() - began, sql).toBeLessThan(6_500)
      if (fault.code === 'olap.time_limit') expect(fault.message).toContain('700ms')
    }
    expect(await bench.rows('SELECT 1')).toEqual([[1]])
  })

  test('rows, bytes and memory beyond their limits are refused, each by its name', async () => {
    expect(await ending('SELECT number FROM numbers(11)', { rowsMax: 10 })).toMatchObject({
      code: 'olap.rows_limit',
      message: expect.stringContaining('10 rows'),
    })
    expect(await ending("SELECT repeat('x', 1000000) FROM numbers(100)", { resultBytesMax: 10_000_000 })).toMatchObject(
      {
        code: 'olap.result_limit',
      },
    )
    expect(
      await ending('SELECT uniqExact(number) FROM numbers(100000000)', { memoryBytesMax: 50 * 2 ** 20 }),
    ).toMatchObject({ code: 'olap.memory_limit', message: expect.stringContaining('50 MiB') })
    expect((await ending('SELECT number FROM numbers(10)', { rowsMax: 10 })).rows).toHaveLength(10)
  })

  test('with truncate a long result is cut at its rows, and a short one is not', async () => {
    for (const sql of [
      'SELECT number FROM numbers(1000000000)',
      'SELECT number FROM numbers(20) UNION ALL SELECT number FROM numbers(20)',
      'SELECT number FROM numbers(20) ORDER BY number % 2 LIMIT 1 WITH TIES',
      'SELECT number FROM numbers(100) LIMIT 50',
    ]) {
      const { rows, truncated } = await bench.query(sql, {
        ...person,
        limits: { ...roomy, rowsMax: 5, truncate: true },
      })
      expect([rows.length, truncated], sql).toEqual([5, true])
    }
    const inner =
      'SELECT count() FROM (SELECT number FROM numbers(10)) WHERE number IN (SELECT number FROM numbers(10))'
    const short = await bench.query(inner, { ...person, limits: { ...roomy, rowsMax: 5, truncate: true } })
    expect([short.rows, short.truncated]).toEqual([[[10]], false])
  })

  test('a query that is cancelled stops computing, and one that was cancelled before it began does not', async () => {
    const endless = 'SELECT count() FROM numbers(10000000000000)'
    const limits = { ...roomy, timeMsMax: 60_000 }
    for (const databases of [undefined, ['lab']]) {
      const controller = new AbortController()
      const options = { limits, signal: controller.signal, ...(databases === undefined ? {} : { databases }) }
      const asked = [bench.code(endless, options)]
      while (Number((await bench.rows(running))[0]?.[0]) < 1) await new Promise((resolve) => setTimeout(resolve, 20))
      // Some that run and some that wait, so that the next query shows whether every turn was given back.
      for (let i = 0; i < 20; i++) asked.push(bench.code(endless, options))
      controller.abort()
      const began = performance.now()
      expect(await Promise.all(asked)).toEqual(asked.map(() => 'olap.cancelled'))
      expect(await bench.code('SELECT 1', options)).toBe('olap.cancelled')
      expect(await bench.rows('SELECT 1')).toEqual([[1]])
      expect(performance.now() - began).toBeLessThan(5_000)
    }
  })

  test('more queries at once than have turns all get one, and too many are refused at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => bench.rows(`SELECT ${i}, sum(number) FROM numbers(100000)`)),
    )
    expect(answers.map((rows) => rows[0]?.[0])).toEqual(Array.from({ length: 40 }, (_, i) => i))
    const crowd = await Promise.allSettled(Array.from({ length: 400 }, () => bench.rows('SELECT 1')))
    const refused = crowd.filter((one) => one.status === 'rejected')
    expect(refused.length).toBeGreaterThan(50)
    for (const one of refused) expect(one.reason).toMatchObject({ code: 'olap.busy', retryable: true })
  })
}
