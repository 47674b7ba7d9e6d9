import { expect, test } from 'vitest'
import type { Run, RunState } from '../api/runs.ts'
import { runBars } from './run-bars.ts'

const now = Date.UTC(2025, 2, 14, 12)
const run = (agoMs: number, state: RunState = 'completed'): Run => ({
  id: `${agoMs}`,
  environment: 'dev',
  playbook: 'quakes',
  version: 1,
  state,
  trigger: 'manual',
  startedBy: 'ada',
  createdAt: now - agoMs,
  endedAt: null,
  steps: { total: 0, completed: 0, failed: 0, running: 0 },
  error: null,
  traceId: '',
})

test('the span is the shortest that holds the runs', () => {
  expect(runBars([run(5_000)], now, 10).span).toBe('last 10 minutes')
  expect(runBars([run(5_000), run(5 * 3_600_000)], now, 10).span).toBe('last 6 hours')
  expect(runBars([run(30 * 86_400_000)], now, 10).span).toBe('last week')
})

test('each run is counted in its part, failures too', () => {
  const { bars } = runBars([run(1_000), run(2_000, 'failed'), run(9 * 60_000)], now, 10)
  expect(bars.map(({ total, failed }) => [total, failed])).toEqual([
    [0, 0],
    [1, 0],
    ...Array.from({ length: 7 }, () => [0, 0]),
    [2, 1],
  ])
})

test('a run from a clock ahead of ours, and one too old, break nothing', () => {
  expect(runBars([run(-5_000)], now, 10).bars.at(-1)?.total).toBe(1)
  expect(runBars([run(30 * 86_400_000)], now, 10).bars.every(({ total }) => total === 0)).toBe(true)
  expect(runBars([], now, 4).bars).toHaveLength(4)
})
