import { expect, test } from 'vitest'
import { selectFrom } from './select-from.ts'

const column = (name: string) => ({ name, type: 'String' })

test('columns are named, those that need it in quotes', () => {
  expect(selectFrom({ table: 'dev.quakes', columns: [column('mag'), column('at time'), column('a`b')] })).toBe(
    'SELECT mag, `at time`, `a\\`b`\nFROM dev.quakes\nLIMIT 1000',
  )
})

test('a table of unknown columns is selected whole', () => {
  expect(selectFrom({ table: 't', columns: [] })).toBe('SELECT *\nFROM t\nLIMIT 1000')
})
