import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Olap } from '@millrace/olap'
import { openChdb } from '@millrace/olap/chdb'
import { type ManualClock, MillraceError, manualClock, quietLogger } from '@millrace/stdx'
import { migrate, type Store } from '@millrace/store'
import { openPglite } from '@millrace/store/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRefine, type Refine, refineMigrations } from './index.ts'

let directory: string
let store: Store
let olap: Olap
let refine: Refine
// Near the real time, because ClickHouse drops by its own clock what is past its keeping.
const clock: ManualClock = manualClock(Date.now())

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-refine-'))
  store = await openPglite({ directory: join(directory, 'store') })
  await migrate(store, refineMigrations)
  olap = await openChdb({ directory: join(directory, 'olap') })
  refine = createRefine({ store, olap, clock, logger: quietLogger })
})

afterAll(async () => {
  await olap.close()
  await store.close()
  await rm(directory, { recursive: true })
})

const environment = 'dev'
const limits = { timeMsMax: 5_000, rowsMax: 1_000, memoryBytesMax: 2 ** 28, resultBytesMax: 2 ** 20 }

async function select(sql: string): Promise<readonly (readonly unknown[])[]> {
  return (await olap.query(sql, { databases: ['dev'], limits })).rows
}

test('the first events make a dataset, and SQL reads it without quotes or casts', async () => {
  const events = [
    { id: 'us1', mag: 5, tags: ['a'], properties: { place: 'Fiji', depth: 10.5 }, at: '2026-01-01T02:00:00+02:00' },
    { id: 'us2', mag: 6.5, tags: [], properties: { depth: 20 }, note: null },
  ]
  const receipt = await refine.datasetWrite({ environment, dataset: 'earth-quakes', events, token: 't1' })
  expect(receipt).toEqual({ stored: 2, rejected: 0, duplicate: 0 })
  expect(await select('SELECT count(), sum(mag), max(properties.depth), min(at) FROM earth_quakes')).toEqual([
    [2, 11.5, 20, '2026-01-01 00:00:00.000000'],
  ])
  expect(await select("SELECT id, properties.place FROM earth_quakes WHERE has(tags, 'a')")).toEqual([['us1', 'Fiji']])
})

test('columns that come later are added, and types widen, with the earlier rows in place', async () => {
  const write = (token: string, event: object) =>
    refine.datasetWrite({ environment, dataset: 'growing', events: [event], token })
  await write('1', { n: 1, flag: true, deep: { x: 1 } })
  await write('2', { n: 2.5, extra: 'new', deep: { x: 1.5, y: 'z' } })
  await write('3', { n: 'many', flag: 'maybe', at: '2026-01-01T00:00:00Z', deep: { y: 'w' } })
  await write('4', { n: 4, flag: false, at: 'soon', deep: 'flat', list: [1] })
  await write('5', { list: [1.5, null], n: { a: 1 } })
  expect(await select('SELECT n, flag, extra, at, deep, list FROM growing ORDER BY n')).toEqual([
    ['1', 'true', null, null, '{"x":1,"y":null}', []],
    ['2.5', null, 'new', null, '{"x":1.5,"y":"z"}', []],
    ['4', 'false', null, 'soon', 'flat', [1]],
    ['many', 'maybe', null, '2026-01-01 00:00:00.000000', '{"x":null,"y":"w"}', []],
    ['{"a":1}', null, null, null, null, [1.5, null]],
  ])
  const names = (await select('DESCRIBE growing')).map((row) => row[0])
  expect(names).toEqual(['n', 'flag', 'deep', 'extra', 'at', 'list', '_at'])
})

test('a token counts once: the second call answers like the first and stores nothing', async () => {
  const request = { environment, dataset: 'once', events: [{ a: 1 }, 5, { a: 2 }], token: 'run_1/fetch/0' }
  const first = await refine.datasetWrite(request)
  expect(first).toEqual({ stored: 2, rejected: 1, duplicate: 0 })
  expect(await refine.datasetWrite(request)).toEqual(first)
  expect(await Promise.all([1, 2, 3].map(() => refine.datasetWrite({ ...request, token: 'again' })))).toEqual([
    first,
    first,
    first,
  ])
  expect(await select('SELECT count() FROM once')).toEqual([[4]])
  expect(await select("SELECT count() FROM _rejects WHERE dataset = 'once'")).toEqual([[2]])
  // The same token on another dataset is another batch.
  expect(await refine.datasetWrite({ ...request, dataset: 'once-more' })).toEqual(first)
})

test('a crash between the insert and its record is healed by the token', async () => {
  const dying: Store = {
    ...store,
    query: (text, parameters) =>
      text.includes('refine.batch (')
        ? Promise.reject(new MillraceError('store.unreachable', 'busy', 'the process is gone'))
        : store.query(text, parameters),
  }
  const events = Array.from({ length: 25_000 }, (_, n) => (n % 1000 === 7 ? n : { n }))
  const request = { environment, dataset: 'crash', events, token: 'x' }
  const before = createRefine({ store: dying, olap, clock, logger: quietLogger })
  await expect(before.datasetWrite(request)).rejects.toMatchObject({ code: 'store.unreachable' })
  // In between, another batch widens the schema: the repetition must still be cut alike.
  await refine.datasetWrite({ environment, dataset: 'crash', events: [{ n: 0.5 }], token: 'y' })
  expect(await refine.datasetWrite(request)).toEqual({ stored: 24_975, rejected: 25, duplicate: 0 })
  expect(await select('SELECT count(), sum(n) FROM crash')).toEqual([
    [24_976, 0.5 + (24_999 * 25_000) / 2 - (24_000 / 2) * 25 - 7 * 25],
  ])
  expect(await select("SELECT count() FROM _rejects WHERE dataset = 'crash'")).toEqual([[25]])
})

test('one bad event does not take its neighbours along, and its reject says what, where and why', async () => {
  const schema = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, amount: { type: 'number' }, meta: { type: 'object', properties: {} } },
  }
  const events = [
    { id: 'a', amount: 1, more: 'kept' },
    { id: 'b', amount: 'x' },
    'no object',
    // Valid JSON that ClickHouse refuses: one path twice.
    { id: 'c', meta: { 'a.b': 1, a: { b: 2 } } },
    { id: 'd', amount: 4 },
  ]
  const receipt = await refine.datasetWrite({ environment, dataset: 'given', schema, events, token: 't' })
  expect(receipt.stored + receipt.rejected).toBe(events.length)
  expect(await select('SELECT id, _rest.more FROM given WHERE amount > 0 ORDER BY id')).toEqual([
    ['a', 'kept'],
    ['d', null],
  ])
  const rejects = await select(
    "SELECT `index`, code, pointer, event, token FROM _rejects WHERE dataset = 'given' ORDER BY `index`",
  )
  expect(rejects.slice(0, 2)).toEqual([
    [1, 'event.invalid', '/amount', '{"id":"b","amount":"x"}', 't'],
    [2, 'event.not_object', '', '"no object"', 't'],
  ])
  expect(receipt.rejected).toBe(rejects.length)
})

test('text that is hard on parsers arrives as it was', async () => {
  const texts = ["'; DROP TABLE x; --", '\\N', '\u0000', '"\n\t\\', '😀é', '\ud800 lone', '{"a":1}', '', 'NULL']
  const receipt = await refine.datasetWrite({
    environment,
    dataset: 'hard',
    events: texts.map((t, i) => ({ t, i })),
    token: 't',
  })
  expect(receipt.stored + receipt.rejected).toBe(texts.length)
  const rows = await select('SELECT t, i FROM hard ORDER BY i')
  for (const [text, i] of rows) expect(text).toBe(texts[Number(i)]?.replace('\ud800', '\ufffd'))
  expect(rows).toHaveLength(receipt.stored)
})

test('a schema that loses columns or is none is refused, and the dataset stays as it is', async () => {
  const write = (schema: object | undefined) =>
    refine.datasetWrite({
      environment,
      dataset: 'strict',
      events: [{ a: 1 }],
      token: JSON.stringify(schema) ?? 'none',
      ...(schema === undefined ? {} : { schema: schema as never }),
    })
  await write({ type: 'object', properties: { a: { type: 'integer' } } })
  await expect(write({ type: 'object', properties: { b: { type: 'integer' } } })).rejects.toMatchObject({
    code: 'dataset.schema_conflict',
  })
  await expect(write({ type: 'object', properties: { a: { type: 'boolean' } } })).rejects.toMatchObject({
    code: 'dataset.schema_conflict',
  })
  await expect(write({ type: 'objekt' })).rejects.toMatchObject({ code: 'dataset.schema_invalid' })
  await expect(write({ type: 'array' })).rejects.toMatchObject({ code: 'dataset.schema_invalid' })
  await write({ type: 'object', properties: { a: { type: 'number' }, b: { type: 'string' } } })
  expect(await write(undefined)).toEqual({ stored: 1, rejected: 0, duplicate: 0 })
  expect(await select('SELECT a, b FROM strict')).toEqual([
    [1, null],
    [1, null],
    [1, null],
  ])
})

test('bad names, tokens and sizes are refused before anything is made', async () => {
  const request = { environment, dataset: 'fine', events: [{}], token: 't' }
  await expect(refine.datasetWrite({ ...request, dataset: '../x' })).rejects.toMatchObject({
    code: 'dataset.name_invalid',
  })
  await expect(refine.datasetWrite({ ...request, token: '' })).rejects.toMatchObject({ code: 'refine.token_invalid' })
  await expect(refine.datasetWrite({ ...request, token: 'x'.repeat(513) })).rejects.toMatchObject({
    code: 'refine.token_invalid',
  })
  await expect(
    refine.datasetWrite({ ...request, events: Array.from({ length: 100_001 }, () => ({})) }),
  ).rejects.toMatchObject({
    code: 'refine.batch_too_large',
  })
  expect((await refine.datasets(environment)).map((one) => one.name)).not.toContain('fine')
})

test('writers at once on a new dataset all find their columns', async () => {
  const receipts = await Promise.all(
    Array.from({ length: 24 }, (_, i) =>
      refine.datasetWrite({
        environment,
        dataset: 'crowd',
        events: [{ [`c${i}`]: i, n: i % 2 ? i : i + 0.5 }],
        token: `t${i}`,
      }),
    ),
  )
  expect(receipts.every((receipt) => receipt.stored === 1)).toBe(true)
  expect(await select('SELECT count(), sum(c23), sum(n) FROM crowd')).toEqual([[24, 23, 276 + 6]])
})

test('no events still make nothing, and a list shows what is there', async () => {
  expect(await refine.datasetWrite({ environment: 'eu-prod', dataset: 'empty', events: [], token: 't' })).toEqual({
    stored: 0,
    rejected: 0,
    duplicate: 0,
  })
  await refine.datasetWrite({ environment: 'eu-prod', dataset: 'full', events: [{ a: 1 }, { a: 2 }], token: 't' })
  const list = await refine.datasets('eu-prod')
  expect(list.map(({ name, rows, columns }) => ({ name, rows, columns }))).toEqual([
    { name: 'empty', rows: 0, columns: [] },
    { name: 'full', rows: 2, columns: [{ name: 'a', type: 'Nullable(Int64)' }] },
  ])
  expect(list[1]?.bytes).toBeGreaterThan(0)
  expect(list[1]?.updatedAt).toBe(clock.now())
  expect(await refine.datasets('nowhere')).toEqual([])
})

test('outcomes are forgotten after a week; the window of tokens still guards the rows', async () => {
  const request = { environment, dataset: 'old', events: [{ a: 1 }], token: 't' }
  await refine.datasetWrite(request)
  clock.advance(8 * 24 * 3600 * 1000)
  await refine.datasetWrite({ ...request, token: 'later' })
  const kept = await store.query<{ token: string }>("SELECT token FROM refine.batch WHERE dataset = 'old'")
  expect(kept.map((row) => row.token)).toEqual(['later'])
  await refine.datasetWrite(request)
  expect(await select('SELECT count() FROM old')).toEqual([[2]])
})
