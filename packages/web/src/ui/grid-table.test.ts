import { expect, test } from 'vitest'
import { cellText, columnWidths, isNumeric, orderOf, toTable } from './grid-table.ts'

test('a list of objects is a table of all their keys', () => {
  expect(toTable([{ a: 1 }, { a: null, b: 'x' }], 10)).toEqual({
    columns: [
      { name: 'a', type: 'number' },
      { name: 'b', type: 'string' },
    ],
    rows: [
      [1, undefined],
      [null, 'x'],
    ],
    total: 2,
  })
})

test('what is not a list of objects is no table', () => {
  expect(toTable([1, 2], 10)).toBeUndefined()
  expect(toTable([[1], [2]], 10)).toBeUndefined()
  expect(toTable([], 10)).toBeUndefined()
  expect(toTable({ a: 1 }, 10)).toBeUndefined()
})

test('values of several types make a mixed column', () => {
  expect(toTable([{ a: 1 }, { a: 'x' }], 10)?.columns).toEqual([{ name: 'a', type: 'mixed' }])
})

test('numbers are known by their type, wrapped or not', () => {
  for (const type of ['UInt64', 'Nullable(Float64)', 'Decimal(10, 2)', 'LowCardinality(Nullable(Int32))']) {
    expect(isNumeric(type)).toBe(true)
  }
  for (const type of ['String', 'DateTime64(3)', 'Array(UInt8)', 'IntervalDay', '']) expect(isNumeric(type)).toBe(false)
})

test('rows are ordered by value, and nothing stands last either way', () => {
  const rows = [[10], [null], [9], [100]]
  expect([...orderOf(rows, { column: 0, down: false })]).toEqual([2, 0, 3, 1])
  expect([...orderOf(rows, { column: 0, down: true })]).toEqual([3, 0, 2, 1])
  expect([...orderOf(rows, undefined)]).toEqual([0, 1, 2, 3])
})

test('rows that are equal keep their order', () => {
  expect([...orderOf([['b'], ['a'], ['b'], ['a']], { column: 0, down: false })]).toEqual([1, 3, 0, 2])
})

test('a column is as wide as it needs, within bounds', () => {
  const [short, long] = columnWidths(
    [
      { name: 'a', type: 'Int8' },
      { name: 'b', type: 'String' },
    ],
    [[1, 'x'.repeat(500)]],
  )
  expect(short).toBe(72)
  expect(long).toBe(360)
})

test('cells are shown as what they are', () => {
  expect(cellText(null)).toBe('NULL')
  expect(cellText({ a: [1] })).toBe('{"a":[1]}')
  expect(cellText(false)).toBe('false')
})
