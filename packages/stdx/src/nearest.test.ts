import { expect, test } from 'vitest'
import { nearest } from './index.ts'

const keys = ['needs', 'steps', 'forEach', 'timeout', 'retry']

test('what was meant is found over a slip, a swap and the wrong case', () => {
  expect(nearest('neds', keys)).toBe('needs')
  expect(nearest('stpes', keys)).toBe('steps')
  expect(nearest('foreach', keys)).toBe('forEach')
})

test('what is near to nothing has no suggestion', () => {
  expect(nearest('banana', keys)).toBeUndefined()
  expect(nearest('x'.repeat(1000), keys)).toBeUndefined()
})
