import { expect, test } from 'vitest'
import { bytesFormat, countFormat, countShort, plural } from './number.ts'

test('counts are grouped, and shortened only where they would not fit', () => {
  expect(countFormat(1_234_567)).toBe('1,234,567')
  expect(countShort(9_999)).toBe('9,999')
  expect(countShort(12_345)).toBe('12.3K')
})

test('bytes climb a unit before they would show four digits', () => {
  expect(bytesFormat(0)).toBe('0 B')
  expect(bytesFormat(999)).toBe('999 B')
  expect(bytesFormat(1_000)).toBe('1.0 kB')
  expect(bytesFormat(999_499)).toBe('999 kB')
  expect(bytesFormat(999_500)).toBe('1.0 MB')
  expect(bytesFormat(12_340_000)).toBe('12.3 MB')
})

test('bytes beyond the last unit stay in the last unit', () => {
  expect(bytesFormat(5e18)).toBe('5000 PB')
})

test('one is singular, none and many are plural', () => {
  expect(plural(1, 'run')).toBe('1 run')
  expect(plural(0, 'run')).toBe('0 runs')
  expect(plural(2, 'entry', 'entries')).toBe('2 entries')
})
