import { expect, test } from 'vitest'
import { agoFormat, clockFormat, durationFormat, momentFormat } from './time.ts'

test('a duration shows the two units that matter', () => {
  expect(durationFormat(0)).toBe('0 ms')
  expect(durationFormat(840)).toBe('840 ms')
  expect(durationFormat(3_240)).toBe('3.2 s')
  expect(durationFormat(42_400)).toBe('42 s')
  expect(durationFormat(245_000)).toBe('4 m 05 s')
  expect(durationFormat(7_800_000)).toBe('2 h 10 m')
  expect(durationFormat(273_600_000)).toBe('3 d 04 h')
})

test('rounding never shows sixty of anything', () => {
  expect(durationFormat(9_960)).toBe('10 s')
  expect(durationFormat(59_700)).toBe('1 m 00 s')
  expect(durationFormat(3_599_900)).toBe('1 h 00 m')
})

test('a clock that runs behind the server shows no negative time', () => {
  expect(durationFormat(-500)).toBe('0 ms')
  expect(agoFormat(2_000, 1_000)).toBe('just now')
})

test('what is long ago is a date', () => {
  const now = Date.UTC(2025, 2, 20)
  expect(agoFormat(now - 12_000, now)).toBe('12 s ago')
  expect(agoFormat(now - 5 * 60_000, now)).toBe('5 m ago')
  expect(agoFormat(now - 26 * 3_600_000, now)).toBe('1 d ago')
  expect(agoFormat(now - 40 * 86_400_000, now)).toMatch(/2025$/)
})

test('a moment is sortable and in the reader’s zone', () => {
  const at = new Date(2025, 2, 4, 9, 6, 3, 7).getTime()
  expect(clockFormat(at)).toBe('09:06:03.007')
  expect(momentFormat(at)).toBe('2025-03-04 09:06:03.007')
})
