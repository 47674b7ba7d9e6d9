import fc from 'fast-check'
import { expect, test } from 'vitest'
import { subjectMatcher, subjectsOverlap } from './subject.ts'

test('filters match as NATS does', () => {
  const matches = (filter: string, subject: string) => subjectMatcher(filter)(subject)
  expect(matches('a.b', 'a.b')).toBe(true)
  expect(matches('a.*', 'a.b')).toBe(true)
  expect(matches('a.*', 'a.b.c')).toBe(false)
  expect(matches('a.>', 'a')).toBe(false)
  expect(matches('a.>', 'a.b.c')).toBe(true)
  expect(matches('*.b.>', 'a.b.c.d')).toBe(true)
  expect(matches('*.b.>', 'a.b')).toBe(false)
  expect(matches('>', 'a')).toBe(true)
  expect(matches('a.>', 'ab.c')).toBe(false)
})

test('what is no filter is refused', () => {
  for (const filter of ['', '.', 'a.', '.a', 'a..b', 'a.>.b', 'a b', 'a.b*', '>a']) {
    expect(() => subjectMatcher(filter), filter).toThrow(expect.objectContaining({ code: 'journal.subject_invalid' }))
  }
})

const word = fc.constantFrom('a', 'b', 'c')
const filter = fc
  .tuple(fc.array(fc.oneof(word, fc.constant('*')), { minLength: 1, maxLength: 2 }), fc.boolean())
  .map(([words, rest]) => (rest ? [...words, '>'] : words).join('.'))

test('filters overlap when, and only when, some subject passes both', () => {
  // Filters of at most three words are told apart by the subjects of at most three.
  const letters = ['a', 'b', 'c']
  const pairs = letters.flatMap((x) => letters.map((y) => `${x}.${y}`))
  const all = [...letters, ...pairs, ...pairs.flatMap((pair) => letters.map((z) => `${pair}.${z}`))]
  fc.assert(
    fc.property(filter, filter, (a, b) => {
      const passes = [subjectMatcher(a), subjectMatcher(b)]
      expect(subjectsOverlap(a, b)).toBe(subjectsOverlap(b, a))
      expect(subjectsOverlap(a, b)).toBe(all.some((each) => passes.every((matches) => matches(each))))
    }),
  )
})
