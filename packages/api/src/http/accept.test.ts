import { expect, test } from 'vitest'
import { preferred } from './accept.ts'

const offered = ['application/json', 'text/csv'] as const

test.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['text/csv', 'text/csv'],
  ['TEXT/CSV; charset=utf-8', 'text/csv'],
  ['text/*', 'text/csv'],
  ['application/json;q=0.5, text/csv', 'text/csv'],
  ['*/*, application/json;q=0', 'text/csv'],
  ['text/html, */*;q=0.1', 'application/json'],
])('`Accept: %s` is answered with %s', (accept, expected) => {
  expect(preferred(accept, offered)).toBe(expected)
})

test.each(['image/png', 'text/html;q=1', 'application/json;q=0', 'text/csv;q=nonsense', ',;,'])(
  '`Accept: %s` is refused with what there is',
  (accept) => {
    expect(() => preferred(accept, offered)).toThrow(/application\/json, text\/csv/)
  },
)
