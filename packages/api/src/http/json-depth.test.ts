import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson, parseLines } from './body.ts'
import { isDeeper } from './json-depth.ts'

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

test('the depth told from a text is the depth of its value', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 0, max: 8 }), (text, depthMax) => {
      expect(isDeeper(text, depthMax)).toBe(depthOf(JSON.parse(text)) > depthMax)
    }),
  )
})

test('brackets inside strings are no depth, however they are quoted', () => {
  expect(isDeeper('["[[[[", "\\"[[[", "\\\\"]', 1)).toBe(false)
  expect(isDeeper('["\\\\", [[]]]', 2)).toBe(true)
  expect(isDeeper('"unterminated [[[', 0)).toBe(false)
})

test('a million brackets are refused, not run into', () => {
  expect(() => parseJson('['.repeat(1_000_000))).toThrow(/nested deeper than 100/)
})

test.each(['', '{', '{"a":1,}', "{'a':1}", 'NaN', '[1 2]', '{"a":1}{"b":2}'])('%s is not JSON', (text) => {
  expect(() => parseJson(text)).toThrow(/The body is not JSON/)
})

test.each(['{"__proto__":1}', '{"a":{"__proto__" : {}}}', '{"\\u005f_proto__":1}'])(
  '%s would write a prototype',
  (text) => {
    expect(() => parseJson(text)).toThrow(/__proto__/)
  },
)

test('lines are values, and a fault is told with its line', () => {
  expect(parseLines('1\n\n{"a":[2]}\r\n"x"')).toEqual([1, { a: [2] }, 'x'])
  expect(parseLines('')).toEqual([])
  expect(() => parseLines('1\n2\n{')).toThrow(/^Line 3 /)
  expect(() => parseLines(`1\n${'['.repeat(200)}`)).toThrow(/^Line 2 .*deeper/)
})
