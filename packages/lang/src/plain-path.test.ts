import fc from 'fast-check'
import jsonata from 'jsonata'
import { expect, test } from 'vitest'
import { plainPath, undecided, walk } from './plain-path.ts'

test('a path of names and indices is plain', () => {
  expect(plainPath(' steps.get.output.rows[0].id ')).toEqual(['steps', 'get', 'output', 'rows', 0, 'id'])
  expect(plainPath('item')).toEqual(['item'])
})

test.each([
  'a.b + 1',
  '$x',
  '$$.a',
  'a[b]',
  'a[-1]',
  'a.*',
  'true',
  'null',
  'a and b',
  'in',
  '`a`',
  'a[]',
  '',
  'a.',
  '1',
  '"a"',
])('%s is not', (source) => {
  expect(plainPath(source)).toBe(undefined)
})

test('prototypes are out of reach', () => {
  for (const path of ['a.__proto__', 'constructor', 'a.toString', 'a.length', '__proto__.x']) {
    expect(walk(plainPath(path) ?? [], { a: {} })).toBe(undefined)
  }
})

test('where JSONata would map or flatten, it decides', () => {
  expect(walk(['a', 'b'], { a: [{ b: 1 }] })).toBe(undecided)
  expect(walk(['a', 0], { a: [[1]] })).toBe(undecided)
  expect(walk(['a', 0], { a: 1 })).toBe(undecided)
})

test('a walk and JSONata say the same, wherever the walk decides', async () => {
  const key = fc.constantFrom('a', 'b', 'c')
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 0, 1, '', 'x', true, false),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 3 }),
    ),
  })).any
  const path = fc
    .tuple(
      key,
      fc.array(
        fc.oneof(
          key.map((name) => `.${name}`),
          fc.nat(2).map((i) => `[${i}]`),
        ),
        { maxLength: 4 },
      ),
    )
    .map(([first, rest]) => first + rest.join(''))
  let decided = 0
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, value), path, async (scope, source) => {
      const walked = walk(plainPath(source) ?? [], scope)
      if (walked === undecided) return
      decided++
      const evaluated: unknown = await jsonata(source).evaluate(scope)
      expect(JSON.stringify(walked)).toBe(JSON.stringify(evaluated))
    }),
    { numRuns: 3000 },
  )
  expect(decided).toBeGreaterThan(500)
})
