import { compileSchema } from '@millrace/lang'
import type { JsonObject } from '@millrace/stdx'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkDatasetName, columnsOf, evolution, infer, rowOf, tableOf } from './index.ts'

const types = (schema: JsonObject) => Object.fromEntries(columnsOf(schema).map((column) => [column.name, column.type]))
const row = (schema: JsonObject, event: unknown, given = false) =>
  rowOf(
    { columns: columnsOf(schema), ...(given ? { check: compileSchema(schema) } : {}) },
    event,
    JSON.stringify(event) ?? '',
  )

test('columns are inferred as a person would choose them', () => {
  const schema = infer([
    { id: 'us1', mag: 5, felt: null, at: '2026-01-01T00:00:00Z', ok: true, tags: ['a'], n: 1 },
    { id: 'us2', mag: 5.4, felt: null, at: '2026-01-02T00:00:00.5+02:00', ok: false, tags: [], n: 2 },
  ])
  expect(types(schema)).toEqual({
    id: 'Nullable(String)',
    mag: 'Nullable(Float64)',
    at: "Nullable(DateTime64(6, 'UTC'))",
    ok: 'Nullable(Bool)',
    tags: 'Array(Nullable(String))',
    n: 'Nullable(Int64)',
  })
})

test('nested objects keep their scalars typed, so that they can be summed without a cast', () => {
  const schema = infer([
    { properties: { mag: 1.5, place: 'x', deep: { n: 1 }, list: [1], 'od d': 1 } },
    { properties: null },
  ])
  expect(types(schema)).toEqual({
    properties: 'JSON(`deep`.`n` Nullable(Int64), `mag` Nullable(Float64), `place` Nullable(String))',
  })
})

test('what has nothing in common becomes text, and text holds anything', () => {
  const schema = infer([
    { a: 1, b: [1, 'x'], c: [{ d: 1 }], d: [[1]], e: true },
    { a: 'x', e: {} },
  ])
  expect(new Set(Object.values(types(schema)))).toEqual(new Set(['Nullable(String)']))
  expect(row(schema, { a: 7, b: [1, 'x'], c: 'plain', e: { z: 1 } })).toEqual({
    row: { a: '7', b: '[1,"x"]', c: 'plain', e: '{"z":1}' },
  })
})

test('dates that are not certain stay as they are written', () => {
  const uncertain = [
    '2026-01-01',
    '2026-01-01T00:00:00',
    '1/8/90 0:00',
    '2026-13-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '',
  ]
  for (const text of uncertain) expect(types(infer([{ text }]))).toEqual({ text: 'Nullable(String)' })
})

test('a field that is null or empty in every sample is no column yet', () => {
  expect(types(infer([{ a: null, b: [] }]))).toEqual({})
  expect(row(infer([]), { a: null, b: [] })).toEqual({ row: {} })
})

test('names stay as written; what SQL cannot say is changed or refused, and none is lost to another', () => {
  const schema = infer([{ 'Airport: Name': 1, 'a.b': 2, a_b: 3, _at: 4, 'x`y': 5, ['k'.repeat(200)]: 6 }])
  expect(Object.keys(types(schema))).toEqual(['Airport: Name', 'a_b', 'a_b_2', '_at_2'])
  expect(row(schema, { 'a.b': 2, a_b: 3, _at: 4 })).toEqual({ row: { a_b: 2, a_b_2: 3, _at_2: 4 } })
  expect(row(schema, { 'x`y': 5 })).toMatchObject({ reject: { code: 'event.field_name' } })
  expect(row(schema, JSON.parse('{"__proto__": 1}'))).toMatchObject({ reject: { code: 'event.field_name' } })
  expect(row(infer([{ constructor: 1 }]), {})).toEqual({ row: {} })
})

test('an event that is no object, or too large, is a reject and says so', () => {
  for (const event of [1, 'x', null, [1], true, undefined]) {
    expect(row(infer([]), event)).toMatchObject({ reject: { code: 'event.not_object', pointer: '' } })
  }
  expect(row(infer([]), { a: 'x'.repeat(2 ** 20) })).toMatchObject({ reject: { code: 'event.too_large' } })
})

test('a given schema decides, by pointer and sentence; what it does not name is kept beside', () => {
  const schema = {
    type: 'object',
    required: ['id'],
    properties: {
      id: { type: 'string' },
      amount: { type: 'number', minimum: 0 },
      at: { type: 'string', format: 'date-time' },
    },
  }
  expect(row(schema, { id: 'a', amount: 5, extra: { x: 1 }, none: null }, true)).toEqual({
    row: { id: 'a', amount: 5, _rest: { extra: { x: 1 } } },
  })
  expect(row(schema, { id: 'a', amount: -1 }, true)).toMatchObject({
    reject: { code: 'event.invalid', pointer: '/amount' },
  })
  expect(row(schema, { amount: 1 }, true)).toMatchObject({ reject: { code: 'event.invalid' } })
  expect(row(schema, { id: 1 }, true)).toMatchObject({ reject: { code: 'event.invalid', pointer: '/id' } })
  // Valid by the schema, yet no DateTime64.
  expect(row(schema, { id: 'a', at: '0500-01-01T00:00:00Z' }, true)).toMatchObject({
    reject: { code: 'event.unfit', pointer: '/at' },
  })
})

test('integers are exact up to 2^63 and refused beyond', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } } }
  expect(row(schema, { n: 2 ** 53 - 1 }, true)).toEqual({ row: { n: 9007199254740991 } })
  expect(row(schema, { n: 2 ** 60 }, true)).toEqual({ row: { n: '1152921504606846976' } })
  expect(row(schema, { n: 1e30 }, true)).toMatchObject({ reject: { code: 'event.unfit', pointer: '/n' } })
  expect(types(infer([{ n: 2 ** 60 }]))).toEqual({ n: 'Nullable(Float64)' })
})

test('a schema evolves by adding and widening, and is refused what would lose rows', () => {
  const before = infer([{ a: 1, b: 'x' }])
  expect(evolution(before, before)).toEqual({ kind: 'same' })
  expect(evolution(before, infer([{ c: true }], before))).toMatchObject({ kind: 'added', columns: [{ name: 'c' }] })
  expect(evolution(before, infer([{ a: 1.5 }], before))).toMatchObject({
    kind: 'widened',
    columns: [{ name: 'a', type: 'Nullable(Float64)' }],
  })
  const gone = evolution(before, infer([{ a: 1 }]))
  expect(gone).toMatchObject({ kind: 'refused', reasons: [expect.stringContaining('"b" is gone')] })
  const narrowed = evolution(before, { type: 'object', properties: { a: { type: 'boolean' }, b: { type: 'string' } } })
  expect(narrowed).toMatchObject({ kind: 'refused', reasons: [expect.stringContaining('"a" was Nullable(Int64)')] })
})

test('names of datasets', () => {
  expect(tableOf('shop-orders')).toBe('shop_orders')
  for (const good of ['a', 'orders', 'shop-orders_2']) checkDatasetName(good)
  for (const bad of [
    '',
    'Orders',
    '1st',
    '_rejects',
    'a b',
    'a.b',
    'ä',
    'a`b',
    'x'.repeat(64),
    'otel_logs',
    'otel-x',
    'a;',
  ]) {
    expect(() => checkDatasetName(bad), bad).toThrow(expect.objectContaining({ code: 'dataset.name_invalid' }))
  }
})

test('whatever was inferred holds every sample, in any order, and more samples never narrow it', () => {
  const value = fc.jsonValue({ maxDepth: 4 })
  const event = fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.string()), value)
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), fc.array(event, { maxLength: 8 }), (one, other) => {
      const schema = infer(other, infer(one))
      for (const sample of [...one, ...other]) {
        const result = row(schema, sample)
        if ('reject' in result) expect(result.reject.code).toBe('event.field_name')
      }
      expect(evolution(infer(one), schema).kind).not.toBe('refused')
      expect(types(infer([], schema))).toEqual(types(schema))
      expect(new Set(Object.entries(types(infer(one, infer(other)))))).toEqual(new Set(Object.entries(types(schema))))
    }),
    { numRuns: 500 },
  )
})
