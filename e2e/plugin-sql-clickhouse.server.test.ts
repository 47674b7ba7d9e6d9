// The plugin `sql` against ClickHouse's HTTP interface.

import { type ClickhouseServer, startClickhouseHttp } from '@millrace/e2e/servers/clickhouse'
import { sqlPlugin } from '@millrace/plugin-sql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller, failureOf } from './call-context.ts'

const plugin = sqlPlugin()
let server: ClickhouseServer
let run: ReturnType<typeof caller<Parameters<typeof plugin.call>[0]>>

beforeAll(async () => {
  server = await startClickhouseHttp()
  run = caller(plugin, { connection: server.address })
  await run({ query: 'CREATE DATABASE shop' })
  run = caller(plugin, { connection: `${server.address}/shop` })
  await run({ query: 'CREATE TABLE item (id UInt32, name String) ENGINE = MergeTree ORDER BY id' })
})

afterAll(async () => {
  await plugin.close?.()
  await server.stop()
})

test('rows are objects, columns say their types, parameters are bound', async () => {
  const output = await run({
    query:
      'SELECT {n:UInt8} AS n, {t:String} AS t, {none:Nullable(String)} AS none, has({ids:Array(String)}, {t:String}) AS found',
    parameters: { n: 7, t: "o'clock\t\\ {{ x }}\n", none: null, ids: ['a', "o'clock\t\\ {{ x }}\n"] },
  })
  expect(output).toEqual({
    columns: [
      { name: 'n', type: 'UInt8' },
      { name: 't', type: 'String' },
      { name: 'none', type: 'Nullable(String)' },
      { name: 'found', type: 'UInt8' },
    ],
    rows: [{ n: 7, t: "o'clock\t\\ {{ x }}\n", none: null, found: 1 }],
    rowCount: 1,
  })
})

test('every type becomes JSON that loses nothing', async () => {
  const { rows } = await run({
    query: `SELECT toUInt64(42) AS small, toUInt64('18446744073709551615') AS big, toInt256('-9007199254740993') AS wide,
      toDecimal64('1.50', 2) AS price, toDecimal128('12345678901234567.89', 2) AS exact, toFloat32(0.1) AS single, nan AS nan, inf AS endless,
      toDate('2026-01-02') AS day, toDateTime64('2026-01-02 03:04:05.678', 3, 'UTC') AS moment, [toInt64(1), NULL] AS list,
      map('a', toUInt64(1)) AS counts, CAST((1, 'x'), 'Tuple(n UInt8, s String)') AS pair, toLowCardinality('low') AS low, true AS yes,
      toUUID('c4a760a8-dbcf-5254-a0d9-6a4474bd1b62') AS id`,
  })
  expect(rows[0]).toEqual({
    small: 42,
    big: '18446744073709551615',
    wide: '-9007199254740993',
    price: 1.5,
    exact: '12345678901234567.89',
    single: 0.1,
    nan: null,
    endless: null,
    day: '2026-01-02',
    moment: '2026-01-02T03:04:05.678Z',
    list: [1, null],
    counts: { a: 1 },
    pair: { n: 1, s: 'x' },
    low: 'low',
    yes: true,
    id: 'c4a760a8-dbcf-5254-a0d9-6a4474bd1b62',
  })
})

test('what is inserted can be read, and an empty result still names its columns', async () => {
  const inserted = await run({ query: "INSERT INTO item SELECT number, 'n' || toString(number) FROM numbers(5)" })
  expect(inserted).toMatchObject({ columns: [], rows: [] })
  expect((await run({ query: 'SELECT count() AS n FROM item' })).rows).toEqual([{ n: 5 }])
  const none = await run({ query: 'SELECT id FROM item WHERE id > 100' })
  expect(none).toEqual({ columns: [{ name: 'id', type: 'UInt32' }], rows: [], rowCount: 0 })
})

test('more rows than allowed fail, just as many do not', async () => {
  const query = 'SELECT number FROM numbers(100)'
  expect((await run({ query, rowsMax: 100 })).rowCount).toBe(100)
  await expect(run({ query, rowsMax: 99 })).rejects.toMatchObject({ code: 'plugin.sql_rows', retryable: false })
  await expect(run({ query: 'SELECT number FROM numbers(1000000000)' })).rejects.toMatchObject({
    code: 'plugin.sql_rows',
  })
})

test('a result too large to hold is refused by its bytes', async () => {
  const query = "SELECT repeat('x', 100000) FROM numbers(100)"
  await expect(run({ query }, { outputBytesMax: 1_000_000 })).rejects.toMatchObject({ code: 'plugin.output_too_large' })
})

test.each([
  ['SELEC 1', '62', { line: 1, column: 7 }, 'Syntax error'],
  ['SELECT 1,\n  FROM item )', '62', { line: 2 }, 'Syntax error'],
  ['SELECT wrong FROM item', '47', {}, 'wrong'],
  ['SELECT * FROM nowhere', '60', {}, 'nowhere'],
  ['SELECT {n:UInt8}', '456', {}, 'n'],
])('wrong SQL says what and where: %s', async (query, code, place, message) => {
  const failure = await run({ query }).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'plugin.sql_failed',
    retryable: false,
    details: { code, ...place },
    message: expect.stringContaining(message),
  })
  expect(String(failure)).not.toContain('version')
})

test('a parameter of the wrong type, by position, or a FORMAT of one’s own is refused', async () => {
  await expect(run({ query: 'SELECT {n:UInt8}', parameters: { n: 'x' } })).rejects.toMatchObject({
    code: 'plugin.sql_failed',
  })
  await expect(run({ query: 'SELECT 1', parameters: [1] })).rejects.toMatchObject({ code: 'plugin.input_invalid' })
  await expect(run({ query: 'SELECT 1 FORMAT CSV' })).rejects.toMatchObject({ code: 'plugin.sql_failed' })
})

test('the server stops what takes too long', async () => {
  const query = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))'
  await expect(run({ query }, { timeMsMax: 1 })).rejects.toMatchObject({ code: 'plugin.timed_out' })
})

test('wrong password: refused, and not said', async () => {
  const failure = await run({ password: 'hunter2', query: 'SELECT 1' }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'plugin.sql_failed', retryable: false, details: { code: '516' } })
  expect(String(failure)).not.toContain('hunter2')
})

test('a database that goes away in the middle can be tried again', async () => {
  const away = { code: 'plugin.sql_unreachable', retryable: true }
  const query = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))'
  const lost = failureOf(run({ query }))
  await run({ query: 'SELECT 1' })
  server.kill()
  expect(await lost).toMatchObject(away)
  await expect(run({ query: 'SELECT 1' })).rejects.toMatchObject(away)
})
