import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkSchema, compileSchema } from './index.ts'

const step = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: { type: 'string', minLength: 1 },
    method: { enum: ['GET', 'POST'] },
    count: { type: 'integer', minimum: 1 },
    items: { type: 'array', items: { type: 'number' } },
    auth: {
      oneOf: [
        {
          type: 'object',
          required: ['bearer'],
          additionalProperties: false,
          properties: { bearer: { type: 'string' } },
        },
        { type: 'object', required: ['basic'], additionalProperties: false, properties: { basic: { type: 'object' } } },
      ],
    },
    status: { oneOf: [{ type: 'integer' }, { type: 'array', items: { type: 'integer' } }] },
  },
}

function messages(value: unknown, unknown?: string[]) {
  return compileSchema(step)
    .check(value, unknown)
    .map(({ pointer, message, hint }) => `${pointer} ${message}${hint === undefined ? '' : ` ${hint}`}`)
}

test('what fits yields no complaint', () => {
  expect(messages({ url: 'x', method: 'GET', count: 3, items: [1], auth: { bearer: 'x' }, status: [200] })).toEqual([])
})

test.each([
  [{}, ['The value lacks `url`. Add `url`.']],
  [{ url: 5 }, ['/url `url` must be text; found 5.']],
  [{ url: '' }, ['/url `url` must not be empty; found the text "".']],
  [{ url: 'x', methd: 'GET' }, ['/methd The value has no key `methd`. Did you mean `method`?']],
  [
    { url: 'x', method: 'get' },
    ['/method `method` must be one of `GET`, `POST`; found the text "get". Did you mean `GET`?'],
  ],
  [{ url: 'x', count: 1.5 }, ['/count `count` must be a whole number; found 1.5.']],
  [
    { url: 'x', items: [1, 'a', null] },
    ['/items/1 `items.1` must be a number; found the text "a".', '/items/2 `items.2` must be a number; found null.'],
  ],
  [{ url: 'x', auth: 'me' }, ['/auth `auth` must be a mapping; found the text "me".']],
  [{ url: 'x', auth: { bearr: 'x' } }, ['/auth/bearr `auth` has no key `bearr`. Did you mean `bearer`?']],
  [{ url: 'x', auth: {} }, ['/auth `auth` lacks `bearer` or `basic`. Add `bearer` or `basic`.']],
  [{ url: 'x', auth: { basic: 5 } }, ['/auth/basic `auth.basic` must be a mapping; found 5.']],
  [{ url: 'x', status: 'ok' }, ['/status `status` must be a whole number or a list; found the text "ok".']],
  [{ url: 'x', status: [200, 'ok'] }, ['/status/1 `status.1` must be a whole number; found the text "ok".']],
  ['hello', ['The value must be a mapping; found the text "hello".']],
])('%j is complained about in words', (value, expected) => {
  expect(messages(value).map((each) => each.trim())).toEqual(expected)
})

test('what is not known yet fits anything, and what is around it is still checked', () => {
  expect(
    messages({ url: '{{ x }}', count: '{{ n }}', items: '{{ i }}', status: ['{{ s }}'] }, [
      '/url',
      '/count',
      '/items',
      '/status/0',
    ]),
  ).toEqual([])
  expect(
    messages({ url: '{{ x }}', method: '{{ m }}', auth: { bearer: { secret: 'x' } } }, [
      '/url',
      '/method',
      '/auth/bearer',
    ]),
  ).toEqual([])
  expect(messages({ url: '{{ x }}', cont: 1, items: ['{{ i }}', 'a'] }, ['/url', '/items/0'])).toEqual([
    '/cont The value has no key `cont`. Did you mean `count`?',
    '/items/1 `items.1` must be a number; found the text "a".',
  ])
})

test('each pattern is its own: a second one is not taken for the first', () => {
  const { check } = compileSchema({ properties: { a: { pattern: '^a+$' }, b: { pattern: '^b+$' } } })
  expect(check({ a: 'aa', b: 'bb' })).toEqual([])
  expect(check({ a: 'bb', b: 'aa' }).map((each) => each.pointer)).toEqual(['/a', '/b'])
})

test('a pattern that would hang a backtracking engine ends at once', () => {
  expect(compileSchema({ pattern: '^(a+)+$' }).check(`${'a'.repeat(50)}!`)).toHaveLength(1)
})

test('at most a hundred complaints', () => {
  expect(compileSchema({ items: { type: 'number' } }).check(Array(1000).fill('x'))).toHaveLength(100)
})

test('a check is compiled once per schema', () => {
  expect(compileSchema(step)).toBe(compileSchema(step))
})

test('schemas with the same `$id` do not meet', () => {
  expect(compileSchema({ $id: 'x', type: 'string' }).check(5)).toHaveLength(1)
  expect(compileSchema({ $id: 'x', type: 'number' }).check(5)).toHaveLength(0)
})

test('references within a schema are followed', () => {
  const schema = { $defs: { n: { type: 'number' } }, properties: { a: { $ref: '#/$defs/n' } } }
  expect(checkSchema(schema)).toEqual([])
  expect(compileSchema(schema).check({ a: 'x' })).toHaveLength(1)
})

test.each([
  [5, '', /mapping of JSON Schema keywords/],
  [{ type: 'strin' }, '/type', /must be one of.*`string`/],
  [{ tpye: 'string' }, '/tpye', /`tpye` is no keyword/],
  [{ properties: { a: { requierd: ['x'] } } }, '/properties/a/requierd', /no keyword/],
  [{ required: 'x' }, '/required', /must be a list/],
  [{ pattern: '(?=x)' }, '/pattern', /pattern .* does not work/],
  [{ patternProperties: { '(': {} } }, '/patternProperties/(', /pattern .* does not work/],
  [{ properties: { 'a/b': { pattern: '(' } } }, '/properties/a~1b/pattern', /pattern .* does not work/],
  [{ $ref: '#/nowhere' }, '', /cannot be used/],
  [{ $ref: 'https://example.com/schema' }, '', /cannot be used/],
  [{ minimum: 'x' }, '/minimum', /must be a number/],
])('%j is no schema', (schema, pointer, message) => {
  const [first] = checkSchema(schema)
  expect(first).toMatchObject({ code: 'lang.schema_invalid' })
  expect(first?.message).toMatch(message)
  expect(first?.pointer).toBe(pointer)
})

test('annotations of one’s own are let be', () => {
  expect(checkSchema({ type: 'string', 'x-order': 1, example: 'a', unit: 'ms' })).toEqual([])
})

test('checking any value against any small schema never throws', () => {
  const schema = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(
        { type: 'string' },
        { type: 'integer' },
        { enum: [1, 'a'] },
        {},
        { const: null },
        { minLength: 2 },
      ),
      fc.record({ anyOf: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ oneOf: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
      fc.record({
        type: fc.constant('object'),
        properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('node')),
        additionalProperties: fc.boolean(),
      }),
      fc.record({ type: fc.constant('array'), items: tie('node') }),
    ),
  })).node as fc.Arbitrary<object>
  fc.assert(
    fc.property(schema, fc.jsonValue({ maxDepth: 3 }), (one, value) => {
      expect(checkSchema(one)).toEqual([])
      const check = compileSchema(one)
      for (const complaint of check.check(value)) expect(complaint.message).toMatch(/\.$/)
      // Where nothing is known, nothing can be wrong.
      expect(check.check(value, [''])).toEqual([])
    }),
    { numRuns: 300 },
  )
})
