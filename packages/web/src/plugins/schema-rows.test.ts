import { expect, test } from 'vitest'
import { schemaRows, typeName } from './schema-rows.ts'

test('properties stand in order with type, default and what they are for, inner ones below', () => {
  const rows = schemaRows({
    type: 'object',
    required: ['url'],
    properties: {
      url: { type: 'string', format: 'uri', description: 'Where to' },
      method: { enum: ['GET', 'POST'], default: 'GET' },
      auth: { type: 'object', properties: { bearer: { type: 'string' } } },
      rows: { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } },
    },
  })
  expect(rows.map(({ path, type, required }) => [path, type, required])).toEqual([
    ['url', 'string (uri)', true],
    ['method', '"GET" or "POST"', false],
    ['auth', 'object', false],
    ['auth.bearer', 'string', false],
    ['rows', 'list of object', false],
    ['rows[].id', 'integer', false],
  ])
  expect(rows[1]?.default).toBe('"GET"')
})

test('types are said in words whatever way they are written', () => {
  expect(typeName({})).toBe('anything')
  expect(typeName({ type: ['string', 'null'] })).toBe('string or null')
  expect(typeName({ oneOf: [{ type: 'string' }, { type: 'object' }, { type: 'string' }] })).toBe('string or object')
  expect(typeName({ const: 1 })).toBe('1')
  expect(typeName({ type: 'array' })).toBe('list of anything')
})

test('what is no schema has no rows, and a schema without end ends', () => {
  expect(schemaRows(undefined)).toEqual([])
  expect(schemaRows({ properties: [] })).toEqual([])
  const endless: { properties: Record<string, unknown> } = { properties: {} }
  endless.properties['self'] = endless
  expect(schemaRows(endless).length).toBeLessThan(10)
})
