import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hunksOf, lineDiff } from './line-diff.ts'

const shown = (before: string, after: string) =>
  lineDiff(before, after).map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`)

test('a changed line is one removed and one added', () => {
  expect(shown('a\nb\nc\n', 'a\nx\nc\n')).toEqual([' a', '-b', '+x', ' c'])
})

test('the same text has no changes', () => {
  expect(lineDiff('a\nb\n', 'a\nb\n').every(({ kind }) => kind === 'same')).toBe(true)
})

test('nothing against something is all added, and the other way round all removed', () => {
  expect(shown('', 'a\nb\n')).toEqual(['+a', '+b'])
  expect(shown('a\nb\n', '')).toEqual(['-a', '-b'])
  expect(shown('', '')).toEqual([])
})

test('lines are numbered on the side where they stand', () => {
  const [, removed, added] = lineDiff('a\nb\n', 'a\nx\n')
  expect([removed?.before, removed?.after, added?.before, added?.after]).toEqual([2, undefined, undefined, 2])
})

test('applying the difference to the old text gives the new one, and it is no longer than needed', () => {
  const line = fc.constantFrom('a', 'b', 'c', 'd')
  const text = fc.array(line, { maxLength: 30 })
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before.map((each) => `${each}\n`).join(''), after.map((each) => `${each}\n`).join(''))
      expect(lines.filter(({ kind }) => kind !== 'removed').map(({ text: each }) => each)).toEqual(after)
      expect(lines.filter(({ kind }) => kind !== 'added').map(({ text: each }) => each)).toEqual(before)
      expect(lines.filter(({ kind }) => kind === 'same')).toHaveLength(longestCommon(before, after))
    }),
  )
})

test('what is far from a change is folded', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`)
  const changed = lines.map((line, index) => (index === 20 ? 'changed' : line))
  const hunks = hunksOf(lineDiff(lines.join('\n'), changed.join('\n')), 2)
  expect(hunks.map((hunk) => (hunk.kind === 'folded' ? hunk.count : hunk.lines.length))).toEqual([18, 6, 17])
})

test('texts too long to compare exactly are replaced whole, and still apply', () => {
  const before = Array.from({ length: 4_000 }, (_, index) => `a${index}`).join('\n')
  const after = Array.from({ length: 4_000 }, (_, index) => `b${index}`).join('\n')
  expect(lineDiff(before, after)).toHaveLength(8_000)
})

function longestCommon(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0))
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const row = table[i] ?? []
      const above = table[i - 1] ?? []
      row[j] = a[i - 1] === b[j - 1] ? (above[j - 1] ?? 0) + 1 : Math.max(above[j] ?? 0, row[j - 1] ?? 0)
    }
  }
  return table[a.length]?.[b.length] ?? 0
}
