import { expect, test } from 'vitest'
import { accepts, retryAfterMs, statusRetryable } from './status.ts'

test('without more words, 2xx counts as success', () => {
  expect([199, 200, 204, 299, 300, 404, 500].filter((status) => accepts(undefined, status))).toEqual([200, 204, 299])
})

test('a number, a class, a range, a list', () => {
  expect(accepts(404, 404)).toBe(true)
  expect(accepts(404, 200)).toBe(false)
  expect(accepts('404', 404)).toBe(true)
  expect(accepts('4xx', 499)).toBe(true)
  expect(accepts('4xx', 500)).toBe(false)
  expect(accepts('200-204', 204)).toBe(true)
  expect(accepts('200-204', 205)).toBe(false)
  expect(accepts([200, '4xx'], 418)).toBe(true)
  expect(accepts([200, '4xx'], 201)).toBe(false)
})

test('what may pass is tried again', () => {
  expect([400, 401, 404, 408, 409, 422, 425, 429, 500, 503].filter(statusRetryable)).toEqual([408, 425, 429, 500, 503])
})

test('Retry-After speaks in seconds or as a date, and nonsense says nothing', () => {
  const nowMs = Date.UTC(2026, 0, 1)
  expect(retryAfterMs('120', nowMs)).toBe(120_000)
  expect(retryAfterMs('Thu, 01 Jan 2026 00:00:05 GMT', nowMs)).toBe(5_000)
  expect(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', nowMs)).toBe(0)
  expect(retryAfterMs('soon', nowMs)).toBeUndefined()
  expect(retryAfterMs(undefined, nowMs)).toBeUndefined()
})
