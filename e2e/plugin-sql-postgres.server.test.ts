// The plugin `sql` against a real PostgreSQL.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { startPostgres } from '@millrace/e2e/servers/postgres'
import { sqlPlugin } from '@millrace/plugin-sql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller, failureOf, until } from './call-context.ts'

const plugin = sqlPlugin()
let server: Awaited<ReturnType<typeof startPostgres>>
let run: ReturnType<typeof caller<Parameters<typeof plugin.call>[0]>>

beforeAll(async () => {
  server = await startPostgres()
  run = caller(plugin, { connection: server.address })
  await run({ query: 'CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price numeric)' })
})

afterAll(async () => {
  await plugin.close?.()
  await server.stop()
})

test('rows are objects, columns say their types, parameters are bound', async () => {
  const output = await run({
    query: 'SELECT $1::int AS n, $2::text AS t, $3::bool AS b',
    parameters: [7, "o'clock {{ x }}", true],
  })
  expect(output).toEqual({
    columns: [
      { name: 'n', type: 'int4' },
      { name: 't', type: 'text' },
      { name: 'b', type: 'bool' },
    ],
    rows: [{ n: 7, t: "o'clock {{ x }}", b: true }],
    rowCount: 1,
  })
})

test('every type becomes JSON that loses nothing', async () => {
  const { rows } = await run({
    query: `SELECT 42::int8 AS small, 9007199254740993::int8 AS big, 1.50::numeric AS price, 12345678901234567.89::numeric AS exact,
      0.1::float4 AS single, 0.1::float8 AS double, 'NaN'::float8 AS nan, 'Infinity'::numeric AS endless,
      '2026-01-02'::date AS day, '2026-01-02 03:04:05.678901'::timestamp AS local,
      '2026-01-02 03:04:05.5+02'::timestamptz AS moment, '1 day 2 hours'::interval AS span, '03:04'::time AS clock,
      '\\x00ff'::bytea AS bytes, '{"a":[1,null]}'::jsonb AS json, ARRAY[1,NULL,3]::int8[] AS list, ARRAY['a"b','{c}']::text[] AS texts,
      ARRAY['2026-01-02 03:04:05Z']::timestamptz[] AS moments, NULL::int AS none, true AS yes,
      'c4a760a8-dbcf-5254-a0d9-6a4474bd1b62'::uuid AS id`,
  })
  expect(rows[0]).toEqual({
    small: 42,
    big: '9007199254740993',
    price: 1.5,
    exact: '12345678901234567.89',
    single: 0.1,
    double: 0.1,
    nan: null,
    endless: null,
    day: '2026-01-02',
    local: '2026-01-02T03:04:05.678901',
    moment: '2026-01-02T01:04:05.5Z',
    span: 'P1DT2H',
    clock: '03:04:00',
    bytes: 'AP8=',
    json: { a: [1, null] },
    list: [1, null, 3],
    texts: ['a"b', '{c}'],
    moments: ['2026-01-02T03:04:05Z'],
    none: null,
    yes: true,
    id: 'c4a760a8-dbcf-5254-a0d9-6a4474bd1b62',
  })
})

test('lists are arrays, mappings and lists of mappings are JSON', async () => {
  const { rows } = await run({
    query: `SELECT 2 = ANY($1::int[]) AS found, $2::jsonb->>'a' AS a,
      (SELECT sum(x.n) FROM jsonb_to_recordset($3) AS x(n int)) AS total`,
    parameters: [[1, 2], { a: 'b' }, [{ n: 1 }, { n: 2 }]],
  })
  expect(rows).toEqual([{ found: true, a: 'b', total: 3 }])
})

test('columns of the same name do not hide each other', async () => {
  const { rows } = await run({ query: 'SELECT 1 AS id, 2 AS id, 3 AS id' })
  expect(rows).toEqual([{ id: 1, id_2: 2, id_3: 3 }])
})

test('a statement without a result says how many rows it changed, an empty one still names its columns', async () => {
  const inserted = await run({ query: "INSERT INTO item SELECT i, 'n' || i, i FROM generate_series(1, 5) i" })
  expect(inserted).toEqual({ columns: [], rows: [], rowCount: 5 })
  const none = await run({ query: 'SELECT id FROM item WHERE false' })
  expect(none).toEqual({ columns: [{ name: 'id', type: 'int4' }], rows: [], rowCount: 0 })
})

test('more rows than allowed fail, and a writing statement that returns them is undone', async () => {
  await expect(run({ query: 'SELECT * FROM generate_series(1, 100)', rowsMax: 99 })).rejects.toMatchObject({
    code: 'plugin.sql_rows',
    retryable: false,
  })
  expect((await run({ query: 'SELECT * FROM generate_series(1, 100)', rowsMax: 100 })).rowCount).toBe(100)
  await expect(
    run({ query: 'SELECT 1 FROM generate_series(1, 100000) a, generate_series(1, 100000) b' }),
  ).rejects.toMatchObject({
    code: 'plugin.sql_rows',
  })
  await expect(
    run({ query: "INSERT INTO item SELECT i, 'x' FROM generate_series(100, 120) i RETURNING id", rowsMax: 3 }),
  ).rejects.toMatchObject({ code: 'plugin.sql_rows' })
  expect((await run({ query: 'SELECT count(*) AS n FROM item WHERE id >= 100' })).rows).toEqual([{ n: 0 }])
})

test('a result too large to hold is refused by its bytes', async () => {
  const query = "SELECT repeat('x', 100000) FROM generate_series(1, 9000)"
  await expect(run({ query }, { outputBytesMax: 1_000_000 })).rejects.toMatchObject({ code: 'plugin.output_too_large' })
})

test.each([
  ['SELEC 1', '42601', { line: 1, column: 1 }, 'syntax error at or near "SELEC"'],
  ['SELECT 1,\n  wrong\nFROM item', '42703', { line: 2, column: 3 }, 'column "wrong" does not exist'],
  ['SELECT 1; SELECT 2', '42601', {}, 'cannot insert multiple commands'],
  ['SELECT $1::int + $2::int', '08P01', {}, 'requires 2'],
  ["INSERT INTO item VALUES (1, 'again')", '23505', {}, 'duplicate key'],
])('wrong SQL says what and where: %s', async (query, code, place, message) => {
  const failure = run({ query, parameters: query.includes('$1') ? [1] : [] })
  await expect(failure).rejects.toMatchObject({
    code: 'plugin.sql_failed',
    retryable: false,
    details: { code, ...place },
  })
  await expect(failure).rejects.toThrow(message)
})

test('parameters by name are refused with what to do', async () => {
  await expect(run({ query: 'SELECT 1', parameters: { a: 1 } })).rejects.toMatchObject({
    code: 'plugin.input_invalid',
    message: expect.stringContaining('`parameters` as a list'),
  })
})

test('a session that was changed is not used again', async () => {
  await run({ query: 'SET search_path = pg_temp' })
  await run({ query: 'BEGIN' })
  const query = `SELECT current_setting('search_path') AS path,
    (SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction') AS open`
  await until(async () => (await run({ query })).rows[0]?.['open'] === 0)
  expect((await run({ query })).rows).toEqual([{ path: '"$user", public', open: 0 }])
})

test('a cancelled step cancels its statement on the server', async () => {
  const controller = new AbortController()
  const endless = run({ query: 'SELECT pg_sleep(3600) AS "the endless one"' }, { signal: controller.signal })
  const ended = failureOf(endless)
  await until(async () => (await working('the endless one')) > 0)
  controller.abort(new Error('the step was cancelled'))
  expect(await ended).toMatchObject({ message: 'the step was cancelled' })
  await until(async () => (await working('the endless one')) === 0)
})

test('a step that is over before it begins asks nothing', async () => {
  const signal = AbortSignal.abort(new Error('too late'))
  await expect(run({ query: "INSERT INTO item VALUES (999, 'never')" }, { signal })).rejects.toThrow('too late')
  expect((await run({ query: 'SELECT id FROM item WHERE id = 999' })).rowCount).toBe(0)
})

test('the server stops by itself what nobody is there to cancel', async () => {
  await expect(run({ query: 'SELECT pg_sleep(3600)' }, { timeMsMax: 1 })).rejects.toMatchObject({
    code: 'plugin.timed_out',
  })
})

test('a serialization failure can be tried again', async () => {
  const query = "DO $$ BEGIN RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END $$"
  await expect(run({ query })).rejects.toMatchObject({
    code: 'plugin.sql_failed',
    retryable: true,
    details: { code: '40001' },
  })
})

test('a database that goes away in the middle can be tried again, and the next call finds it back', async () => {
  const target = new URL(server.address)
  const sockets = new Set<Socket>()
  const proxy = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined).pipe(to)
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const url = new URL(server.address)
  url.port = String((proxy.address() as AddressInfo).port)
  const through = caller(plugin, { connection: url.href })

  const away = { code: 'plugin.sql_unreachable', retryable: true }
  const lost = failureOf(through({ query: 'SELECT pg_sleep(3600) AS "the lost one"' }))
  await until(async () => (await working('the lost one')) > 0)
  for (const socket of sockets) socket.destroy()
  expect(await lost).toMatchObject(away)
  expect((await through({ query: 'SELECT 1 AS one' })).rows).toEqual([{ one: 1 }])

  const ended = failureOf(through({ query: 'SELECT pg_sleep(3600) AS "the ended one"' }))
  await until(async () => (await working('the ended one')) > 0)
  await run({
    query: 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid()',
    parameters: ['%the ended one%'],
  })
  expect(await ended).toMatchObject(away)
  proxy.close()
  for (const socket of sockets) socket.destroy()
})

test.each([
  ['nobody listens', (url: URL) => void (url.port = '1'), { code: 'plugin.sql_unreachable', retryable: true }],
  ['no such database', (url: URL) => void (url.pathname = '/nowhere'), { code: 'plugin.sql_failed', retryable: false }],
])('%s', async (_, change, expected) => {
  const url = new URL(server.address)
  url.password = 'hunter2'
  change(url)
  const failure = await run({ connection: url.href, query: 'SELECT 1' }).catch((error: unknown) => error)
  expect(failure).toMatchObject(expected)
  expect(String(failure)).not.toContain('hunter2')
})

test('many statements at once share a few connections', async () => {
  const query = 'SELECT $1::int AS i, pg_sleep(0.005) AS "one of the crowd"'
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => run({ query, parameters: [i] })))
  expect(answers.map(({ rows }) => rows[0]?.['i'])).toEqual(Array.from({ length: 100 }, (_, i) => i))
  const crowd = await run({
    query: 'SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid()',
    parameters: ['%one of the crowd%'],
  })
  expect(Number(crowd.rows[0]?.['n'])).toBeLessThanOrEqual(16)
})

/** How many sessions are at work on a statement that holds these words. */
async function working(words: string): Promise<number> {
  const { rowCount } = await run({
    query: "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()",
    parameters: [`%${words}%`],
  })
  return rowCount
}
