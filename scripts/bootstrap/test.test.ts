import { expect, test } from 'vitest'
import { countReport } from './test.mjs'

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((status) => ({ status, fullName: `a ${status} one` })),
})

test('passed and failed tests are counted, and those left out are named', () => {
  const testResults = [file('failed', 'passed', 'failed'), file('passed', 'passed', 'pending', 'todo')]
  expect(countReport({ testResults })).toEqual({
    passed: 2,
    failed: 1,
    skipped: ['a.test.ts › a pending one', 'a.test.ts › a todo one'],
  })
})

test('a file that could not be loaded is one failure, and so is one whose hook failed', () => {
  expect(countReport({ testResults: [file('failed')] }).failed).toBe(1)
  expect(countReport({ testResults: [file('failed', 'passed')] }).failed).toBe(1)
  expect(countReport({ testResults: [] })).toEqual({ passed: 0, failed: 0, skipped: [] })
})
