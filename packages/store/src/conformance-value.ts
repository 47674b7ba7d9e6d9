// The conformance of values: what goes in comes out, the same on every adapter.

import { expect, test } from 'vitest'
import type { Bench } from './conformance-bench.ts'
import type { SqlValue } from './contract.ts'

const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
const moment = Date.UTC(2026, 6, 1, 12, 30, 15, 250)

/** Type, what goes in, and what comes out when that is something else. */
const values: readonly (readonly [type: string, value: SqlValue, out?: unknown])[] = [
  ['bool', true],
  ['bool', false],
  ['int2', -32_768],
  ['int4', 2_147_483_647],
  ['int8', Number.MAX_SAFE_INTEGER],
  ['int8', -42],
  ['float8', 0.1],
  ['float8', 5e-324],
  ['float8', Number.NaN],
  ['float8', Number.NEGATIVE_INFINITY],
  ['float4', 0.5],
  ['numeric', 1.5],
  ['numeric', '1.50', 1.5],
  ['numeric', '-0.00001234', -0.00001234],
  ['numeric', '9007199254740991', 9_007_199_254_740_991],
  ['numeric', '9007199254740993', '9007199254740993'],
  ['numeric', '0.1234567890123456789', '0.1234567890123456789'],
  ['numeric', '1000000', 1_000_000],
  ['numeric', '0', 0],
  ['numeric', 'NaN', 'NaN'],
  ['text', ''],
  ['text', 'ä∞😀 \\ " \' {}, NULL\n'],
  ['text', 'NULL'],
  ['varchar', 'x'],
  ['uuid', '7d3f1f5c-0d1a-4b6a-9a63-2f2f4f0e3c11'],
  ['bytea', bytes],
  ['bytea', new Uint8Array(0)],
  ['timestamptz', new Date(moment), moment],
  ['timestamptz', '2026-07-01 14:30:15.250999+02', moment],
  ['timestamptz', '0044-03-15 12:00:00+00 BC', Date.UTC(-43, 2, 15, 12)],
  ['timestamptz', '12345-01-01 00:00:00+00', Date.UTC(12_345, 0, 1)],
  ['timestamptz', 'infinity', Number.POSITIVE_INFINITY],
  ['date', '2026-02-28'],
  ['timestamp', '2026-02-28 01:02:03.5'],
  ['time', '01:02:03'],
  ['interval', '1 day 02:03:04'],
  ['jsonb', JSON.stringify({ a: [1, null, { b: 'ä' }] }), { a: [1, null, { b: 'ä' }] }],
  ['jsonb', 'null', null],
  ['json', '[1, 2]', [1, 2]],
  ['text[]', ['', 'NULL', null, 'a "b" \\c', '{x,y}', ' blank ', 'ä']],
  ['text[]', []],
  ['int8[]', [1, null, Number.MAX_SAFE_INTEGER]],
  ['int4[]', [1, 2]],
  ['float8[]', [0.1, null, 1e300]],
  ['bool[]', [true, false, null]],
  ['numeric[]', ['1.5', '9007199254740993'], [1.5, '9007199254740993']],
  ['timestamptz[]', ['2026-07-01T12:30:15.250Z'], [moment]],
  ['date[]', ['2026-02-28', null]],
]

export function valueConformance(bench: Bench): void {
  roundTripConformance(bench)
  readingConformance(bench)
  sizeConformance(bench)
}

function roundTripConformance(bench: Bench): void {
  for (const [type, value, out] of values) {
    test(`a ${type} of ${JSON.stringify(value)} comes back`, async () => {
      const [row] = await bench.store.query(`SELECT $1::${type} AS value`, [value])
      expect(row).toStrictEqual({ value: out === undefined ? value : out })
    })
  }

  test('null is null in every type', async () => {
    for (const type of ['bool', 'int8', 'numeric', 'text', 'bytea', 'timestamptz', 'jsonb', 'text[]', 'int8[]']) {
      expect(await bench.store.query(`SELECT $1::${type} AS value`, [null])).toStrictEqual([{ value: null }])
    }
  })

  test('a bigint is an int8', async () => {
    expect(await bench.store.query('SELECT $1::int8 AS value', [-5n])).toStrictEqual([{ value: -5 }])
  })
}

function readingConformance(bench: Bench): void {
  test('what PostgreSQL makes comes back in the same form', async () => {
    const text = `SELECT count(*) AS count, sum(x::int8) AS sum, avg(x) AS mean, array_agg(x) AS all, '{{1,2},{3,NULL}}'::int4[] AS matrix,
      array_agg(('k' || x)::text) AS keys, jsonb_build_object('x', max(x)) AS object, 'a'::name AS name
      FROM generate_series(1, 3) AS x`
    expect(await bench.store.query(text)).toStrictEqual([
      {
        count: 3,
        sum: 6,
        mean: 2,
        all: [1, 2, 3],
        matrix: [
          [1, 2],
          [3, null],
        ],
        keys: ['k1', 'k2', 'k3'],
        object: { x: 3 },
        name: 'a',
      },
    ])
  })

  test('an int8 beyond 2^53 is an error, in a column and in an array, and the store goes on', async () => {
    for (const text of ['9007199254740992', '-9007199254740993']) {
      await expect(bench.store.query('SELECT $1::int8 AS value', [text])).rejects.toMatchObject({
        code: 'store.statement_failed',
        message: expect.stringContaining('beyond 2^53'),
      })
    }
    await expect(bench.store.query("SELECT '{9007199254740992}'::int8[] AS value")).rejects.toMatchObject({
      code: 'store.statement_failed',
    })
    expect(await bench.store.query('SELECT $1::int8 AS value', [1])).toEqual([{ value: 1 }])
  })

  test('parameters find their type where nothing is cast', async () => {
    await bench.store.script('CREATE TABLE t.kinds (a int8, b text, c jsonb, d timestamptz, e bool, f bytea, g text[])')
    const parameters = [5, 'x', '{"y":1}', new Date(moment), true, bytes, ['p', 'q']]
    await bench.store.query('INSERT INTO t.kinds VALUES ($1, $2, $3, $4, $5, $6, $7)', parameters)
    const [row] = await bench.store.query('SELECT * FROM t.kinds WHERE a = $1 AND e = $2 AND d <= $3', [
      5,
      true,
      new Date(moment),
    ])
    expect(row).toStrictEqual({ a: 5, b: 'x', c: { y: 1 }, d: moment, e: true, f: bytes, g: ['p', 'q'] })
  })
}

function sizeConformance(bench: Bench): void {
  test('megabytes go in and out whole', async () => {
    const text = 'ä'.repeat(3 * 2 ** 20)
    const block = new Uint8Array(2 ** 20).map((_, i) => i % 251)
    const [row] = await bench.store.query<{ text: string; block: Uint8Array }>(
      'SELECT $1::text AS text, $2::bytea AS block',
      [text, block],
    )
    expect(row?.text === text).toBe(true)
    expect(Buffer.from(row?.block ?? []).equals(block)).toBe(true)
    const many = await bench.store.query<{ n: number; filler: string }>(
      "SELECT n, repeat('x', 500) AS filler FROM generate_series(1, 20000) AS n",
    )
    expect(many).toHaveLength(20_000)
    expect(many.every((each, i) => each.n === i + 1 && each.filler.length === 500)).toBe(true)
  })
}
