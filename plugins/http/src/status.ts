// Which answers count as success, and which failures may pass if tried again.

import type { HttpInput } from './input.ts'

/** Beside every 5xx: a timeout, too early, too many. All others in 4xx fail the same way for ever. */
const passing = [408, 425, 429]

export function accepts(expected: HttpInput['status'], status: number): boolean {
  const list = Array.isArray(expected) ? (expected as readonly (number | string)[]) : [expected ?? '2xx']
  return list.some((one) => matches(one as number | string, status))
}

function matches(expected: number | string, status: number): boolean {
  if (typeof expected === 'number') return expected === status
  const [low = '', high] = expected.split('-')
  if (high !== undefined) return Number(low) <= status && status <= Number(high)
  return low.endsWith('xx') ? Math.floor(status / 100) === Number(low[0]) : Number(low) === status
}

export function statusRetryable(status: number): boolean {
  return status >= 500 || passing.includes(status)
}

/** Retry-After (RFC 9110, 10.2.3), seconds or a date, as milliseconds from `nowMs`; undefined when it says nothing. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs)
}
