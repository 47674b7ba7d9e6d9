import { expect, test } from 'vitest'
import type { LogLine } from '../api/run.ts'
import { addLines, fitsLog, hitsOf } from './log-lines.ts'

const line = (id: string, more: Partial<LogLine> = {}): LogLine => ({
  id,
  at: 0,
  severity: 'info',
  text: `line ${id}`,
  task: 'fetch',
  step: 'get',
  item: -1,
  attempt: 1,
  attributes: null,
  ...more,
})
const ids = (lines: readonly LogLine[]) => lines.map(({ id }) => id).join('')

test('lines that arrive in order are appended', () => {
  expect(ids(addLines([line('a')], [line('b'), line('c')], 10))).toBe('abc')
})

test('a page that overlaps what has arrived adds each line once, in order', () => {
  expect(ids(addLines([line('b'), line('d')], [line('a'), line('b'), line('c')], 10))).toBe('abcd')
})

test('too many lines give up the oldest', () => {
  expect(ids(addLines([line('a'), line('b')], [line('c')], 2))).toBe('bc')
})

test('nothing added is the same list', () => {
  const lines = [line('a')]
  expect(addLines(lines, [], 10)).toBe(lines)
})

test('a filter asks for severity at least, and for all that it names', () => {
  expect(fitsLog(line('a', { severity: 'warn' }), { severityMin: 'info' })).toBe(true)
  expect(fitsLog(line('a', { severity: 'debug' }), { severityMin: 'info' })).toBe(false)
  expect(fitsLog(line('a'), { task: 'fetch', step: 'get', item: -1, search: 'LINE A' })).toBe(true)
  expect(fitsLog(line('a'), { task: 'load' })).toBe(false)
  expect(fitsLog(line('a'), { search: 'zzz' })).toBe(false)
})

test('hits are found whatever their case, and marked as they stand', () => {
  expect(hitsOf('Error: error', 'error')).toEqual(['', 'Error', ': ', 'error', ''])
  expect(hitsOf('nothing', 'zzz')).toEqual(['nothing'])
  expect(hitsOf('nothing', '')).toEqual(['nothing'])
  expect(hitsOf('İstanbul', 'stan')).toEqual(['İstanbul'])
})
