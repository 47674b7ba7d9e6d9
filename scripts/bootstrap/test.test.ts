import { expect, test } from 'vitest'
import { countReport } from './test.mjs'

const file = (status: string, ...tests: string[]) => ({
  name: '/clone/packages/a.test.ts',
  status,
  assertionResults: tests.map((status) => ({ status, fullName: `a ${status} one` })),
})

test('passed and failed tests are counted, and those left out are named', () => {
  const testResults = [file('failed', 'passed', 'failed'), file('passed', 'passed', 'pending', 'todo')]
  expect(countReport({ testResults }, '/clone')).toEqual({
    passed: 2,
    failed: 1,
    skipped: ['packages/a.test.ts › a pending one', 'packages/a.test.ts › a todo one'],
  })
})

test('a file that could not be loaded is one failure, and so is one whose hook failed', () => {
  expect(countReport({ testResults: [file('failed')] }, '/clone').failed).toBe(1)
  expect(countReport({ testResults: [file('failed', 'passed')] }, '/clone').failed).toBe(1)
  expect(countReport({ testResults: [] }, '/clone')).toEqual({ passed: 0, failed: 0, skipped: [] })
})
