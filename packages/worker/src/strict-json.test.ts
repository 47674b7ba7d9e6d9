import { expect, test } from 'vitest'
import { jsonFault, maskJson } from './strict-json.ts'

test('what JSON holds has no fault', () => {
  for (const value of [null, true, 0, -1.5, '', 'x', [], [[1, { a: null }]], {}, Object.create(null)]) {
    expect(jsonFault(value)).toBeUndefined()
  }
})

test('the first place that JSON cannot hold is named', () => {
  class Money {
    readonly amount = 1
  }
  const circle: { inner?: unknown } = {}
  circle.inner = circle
  const faults: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /^undefined: use null/],
    [{ a: { b: [0, undefined] } }, /undefined at \/a\/b\/1/],
    [[Number.POSITIVE_INFINITY], /Infinity at \/0: JSON has no such number/],
    [{ f: () => 1 }, /a function at \/f/],
    [Symbol('x'), /a symbol/],
    [1n, /a bigint/],
    [{ at: new Date(0) }, /a Date at \/at: use \.toISOString/],
    [new Map(), /a Map: use plain/],
    [[new Money()], /a Money at \/0/],
    [new Uint8Array(2), /a Uint8Array/],
    [circle, /contains itself/],
  ]
  for (const [value, fault] of faults) expect(jsonFault(value)).toMatch(fault)
})

test('nesting beyond what readers follow is a fault, not a crash', () => {
  let deep: unknown = null
  for (let i = 0; i < 100_000; i++) deep = [deep]
  expect(jsonFault(deep)).toContain('more than 512 levels')
})

test('masking reaches strings, keys and numbers, and leaves the rest', () => {
  const mask = (text: string) => text.replaceAll('1234', '***')
  expect(maskJson({ a1234: ['x1234', 51_234, 5, true, null] }, mask)).toEqual({
    'a***': ['x***', '5***', 5, true, null],
  })
})
