import { expect, test } from 'vitest'
import { cell, table } from './table.ts'

test('numbers stand to the right, words to the left, and columns line up', () => {
  expect(
    table(
      ['NAME', 'N'],
      [
        ['a', 1],
        ['bcd', 100],
      ],
    ),
  ).toBe('NAME    N\n────  ───\na       1\nbcd   100')
})

test('data cannot steer the terminal', () => {
  expect(cell('a\u001b[31mred\u001b[0m\nb')).toBe('ared b')
})

test('what is not there is empty, and long cells are cut', () => {
  expect(cell(null)).toBe('')
  expect(table(['X'], [['y'.repeat(200)]]).split('\n')[2]).toHaveLength(60)
})
