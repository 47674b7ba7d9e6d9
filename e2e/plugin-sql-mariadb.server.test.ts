// The plugin `sql` against a real MariaDB.

import { type MariadbServer, startMariadb } from '@millrace/e2e/servers/mariadb'
import { sqlPlugin } from '@millrace/plugin-sql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller, failureOf, until } from './call-context.ts'

const plugin = sqlPlugin()
let server: MariadbServer
let run: ReturnType<typeof caller<Parameters<typeof plugin.call>[0]>>

beforeAll(async () => {
  server = await startMariadb()
  run = caller(plugin, { connection: server.address })
  await run({ query: 'CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price decimal(10,2))' })
})

afterAll(async () => {
  await plugin.close?.()
  await server.stop()
})

test('rows are objects, columns say their types, parameters are bound', async () => {
  const output = await run({
    query: 'SELECT ? + 1 AS n, ? AS t, ? AS b, ? AS none, ? AS half, ? AS json',
    parameters: [7, "o'clock {{ x }}", true, null, 0.5, { a: [1] }],
  })
  expect(output.rows).toEqual([{ n: 8, t: "o'clock {{ x }}", b: 1, none: null, half: 0.5, json: '{"a":[1]}' }])
  expect(output.columns.slice(0, 2)).toEqual([
    { name: 'n', type: 'bigint' },
    { name: 't', type: 'varchar' },
  ])
})

test('every type becomes JSON that loses nothing', async () => {
  await run({
    query: `CREATE TABLE kind (big bigint, wide bigint unsigned, price decimal(20,2), exact decimal(30,2), single float, \`double\` double,
      day date, local datetime(6), moment timestamp(3) NULL, clock time, bytes varbinary(9), json json, yes boolean, flags bit(10), year year)`,
  })
  await run({
    query: `INSERT INTO kind VALUES (42, 18446744073709551615, 1.50, 12345678901234567.89, 0.1, 0.1, '2026-01-02',
      '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05.5', '03:04:05', x'00ff', '{"a":[1,null]}', true, b'1000000001', 2026)`,
  })
  expect((await run({ query: 'SELECT * FROM kind' })).rows[0]).toEqual({
    big: 42,
    wide: '18446744073709551615',
    price: 1.5,
    exact: '12345678901234567.89',
    single: 0.1,
    double: 0.1,
    day: '2026-01-02',
    local: '2026-01-02T03:04:05.678901',
    moment: '2026-01-02T03:04:05.500Z',
    clock: '03:04:05',
    bytes: 'AP8=',
    json: { a: [1, null] },
    yes: 1,
    flags: 513,
    year: 2026,
  })
})

test('a statement without a result says how many rows it changed, an empty one still names its columns', async () => {
  const query = 'INSERT INTO item (id, name) SELECT seq, concat("n", seq) FROM seq_1_to_5'
  expect(await run({ query })).toEqual({ columns: [], rows: [], rowCount: 5 })
  expect(await run({ query: 'SELECT id FROM item WHERE false' })).toEqual({
    columns: [{ name: 'id', type: 'int' }],
    rows: [],
    rowCount: 0,
  })
})

test('LIMIT takes a parameter', async () => {
  expect((await run({ query: 'SELECT id FROM item ORDER BY id LIMIT ?', parameters: [2] })).rows).toEqual([
    { id: 1 },
    { id: 2 },
  ])
})

test('more rows than allowed fail, and the server is told to stop', async () => {
  await expect(run({ query: 'SELECT seq FROM seq_1_to_100', rowsMax: 99 })).rejects.toMatchObject({
    code: 'plugin.sql_rows',
  })
  expect((await run({ query: 'SELECT seq FROM seq_1_to_100', rowsMax: 100 })).rowCount).toBe(100)
  await expect(run({ query: 'SELECT seq AS `the long one` FROM seq_1_to_1000000000' })).rejects.toMatchObject({
    code: 'plugin.sql_rows',
  })
  await until(async () => (await working('the long one')) === 0)
})

test.each([
  ['SELEC 1', 'ER_PARSE_ERROR', '42000', 'near'],
  ['SELECT wrong FROM item', 'ER_BAD_FIELD_ERROR', '42S22', "Unknown column 'wrong'"],
  ['SELECT 1; SELECT 2', 'ER_PARSE_ERROR', '42000', 'near'],
  ["INSERT INTO item VALUES (1, 'again', 0)", 'ER_DUP_ENTRY', '23000', 'Duplicate entry'],
])('wrong SQL says what: %s', async (query, code, sqlState, message) => {
  const failure = await run({ query }).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'plugin.sql_failed',
    retryable: false,
    details: { code, sqlState },
    message: expect.stringContaining(message),
  })
})

test('too few parameters, and parameters by name, are refused', async () => {
  await expect(run({ query: 'SELECT ? + ?', parameters: [1] })).rejects.toMatchObject({
    code: 'plugin.sql_failed',
    retryable: false,
  })
  await expect(run({ query: 'SELECT 1', parameters: { a: 1 } })).rejects.toMatchObject({ code: 'plugin.input_invalid' })
})

test('the server cannot ask for files of the worker', async () => {
  await expect(run({ query: "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE item" })).rejects.toMatchObject({
    code: 'plugin.sql_failed',
  })
})

test('a session that was changed is not used again', async () => {
  await run({ query: 'SET @remembered = 1' })
  expect((await run({ query: 'SELECT @remembered AS r' })).rows).toEqual([{ r: null }])
})

test('a cancelled step cancels its statement on the server', async () => {
  const controller = new AbortController()
  const endless = run({ query: 'SELECT sleep(3600) AS `the endless one`' }, { signal: controller.signal })
  const ended = failureOf(endless)
  await until(async () => (await working('the endless one')) > 0)
  controller.abort(new Error('the step was cancelled'))
  expect(await ended).toMatchObject({ message: 'the step was cancelled' })
  await until(async () => (await working('the endless one')) === 0)
})

test('the server stops by itself what nobody is there to cancel', async () => {
  await expect(
    run({ query: 'SELECT sum(a.seq * b.seq) FROM seq_1_to_1000000 a, seq_1_to_1000000 b' }, { timeMsMax: 1 }),
  ).rejects.toMatchObject({
    code: 'plugin.timed_out',
  })
})

test('wrong password: refused, and not said', async () => {
  const failure = await run({ password: 'hunter2', query: 'SELECT 1' }).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'plugin.sql_failed',
    retryable: false,
    details: { code: 'ER_ACCESS_DENIED_ERROR' },
  })
  expect(String(failure)).not.toContain('hunter2')
})

test('a database that goes away in the middle can be tried again', async () => {
  const away = { code: 'plugin.sql_unreachable', retryable: true }
  const lost = failureOf(run({ query: 'SELECT sleep(3600) AS `the lost one`' }))
  await until(async () => (await working('the lost one')) > 0)
  await server.kill()
  expect(await lost).toMatchObject(away)
  await expect(run({ query: 'SELECT 1' })).rejects.toMatchObject({
    ...away,
    message: `mariadb://127.0.0.1:${server.port}/test: nothing listens there (connection refused). Check host and port.`,
  })
})

/** How many sessions are at work on a statement that holds these words. */
async function working(words: string): Promise<number> {
  const { rowCount } = await run({
    query: 'SELECT 1 FROM information_schema.processlist WHERE info LIKE ? AND id <> connection_id()',
    parameters: [`%${words}%`],
  })
  return rowCount
}
