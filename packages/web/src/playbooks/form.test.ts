import { expect, test } from 'vitest'
import { fieldsOf, readForm, textsOf } from './form.ts'

const fields = fieldsOf({
  type: 'object',
  properties: {
    magnitudeMin: { type: 'number', default: 2.5, minimum: 0, maximum: 10 },
    pages: { type: 'integer' },
    feed: { type: 'string', format: 'uri', description: 'Where from' },
    mode: { enum: ['full', 'delta', 3], default: 'full' },
    dry: { type: 'boolean', default: true },
    day: { type: 'string', format: 'date' },
    tags: { type: 'array', items: { type: 'string' }, default: ['a'] },
  },
  required: ['feed'],
})
const filled = { ...textsOf(fields, {}), feed: 'https://example.org' }

test('what must be filled comes first, with its description', () => {
  expect(fields[0]).toMatchObject({ name: 'feed', required: true, about: 'Where from', kind: 'text' })
})

test('defaults stand in the fields and become values of their type', () => {
  expect(readForm(fields, filled)).toEqual({
    inputs: { feed: 'https://example.org', magnitudeMin: 2.5, mode: 'full', dry: true, tags: ['a'] },
    complaints: {},
  })
})

test('a choice of a number stays a number', () => {
  expect(readForm(fields, { ...filled, mode: '3' }).inputs['mode']).toBe(3)
})

test.each([
  ['feed', '', 'A value is needed.'],
  ['feed', 'example', 'full address'],
  ['magnitudeMin', 'strong', 'expected a number'],
  ['magnitudeMin', '-1', 'At least 0'],
  ['magnitudeMin', '11', 'At most 10'],
  ['magnitudeMin', 'Infinity', 'expected a number'],
  ['pages', '1.5', 'whole number'],
  ['day', '14.3.2025', 'expected a date'],
  ['tags', '[a]', 'Not JSON'],
  ['tags', '{', 'Not JSON'],
])('%s = %j is refused while typing: %s', (name, text, complaint) => {
  expect(readForm(fields, { ...filled, [name]: text }).complaints[name]).toContain(complaint)
})

test('running again fills the form with what was given then', () => {
  const texts = textsOf(fields, { feed: 'https://a.example', dry: false, tags: ['x'] })
  expect(readForm(fields, texts).inputs).toMatchObject({ feed: 'https://a.example', dry: false, tags: ['x'] })
})

test('a schema that is none has no fields', () => {
  expect(fieldsOf(null)).toEqual([])
  expect(fieldsOf({ properties: [] })).toEqual([])
})

test('a field of no known type is written as JSON', () => {
  const [field] = fieldsOf({ properties: { any: {} } })
  expect(field?.kind).toBe('json')
  expect(readForm(field === undefined ? [] : [field], { any: '{"a": 1}' }).inputs).toEqual({ any: { a: 1 } })
})
