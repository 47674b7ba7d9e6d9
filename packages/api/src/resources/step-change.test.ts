import type { RunStep } from '@millrace/dispatch'
import type { Fact } from '@millrace/playbook'
import { expect, test } from 'vitest'
import { stepAfter } from './step-change.ts'

const at = { task: 'fetch', item: 3, step: 'get', round: 0, attempt: 1, fence: 1 }
const plugin = () => 'http'

function after(facts: readonly object[]): RunStep | undefined {
  let step: RunStep | undefined
  for (const fact of facts) step = stepAfter('run_1', fact as Fact, step, plugin) ?? step
  return step
}

const scheduled = {
  ...at,
  type: 'step.scheduled',
  at: 10,
  plugin: 'http',
  pool: 'default',
  with: { value: {} },
  timeoutMs: 1,
}

test('a step is scheduled, runs and completes', () => {
  expect(after([scheduled])).toMatchObject({ state: 'scheduled', plugin: 'http', startedAt: 10 })
  const started = { ...at, type: 'step.started', at: 20, worker: 'w1' }
  expect(after([scheduled, started])).toMatchObject({ state: 'running', worker: 'w1', startedAt: 10 })
  const completed = { ...at, type: 'step.completed', at: 50, startedAt: 21, output: { value: 1 }, worker: 'w1' }
  expect(after([scheduled, started, completed])).toMatchObject({ state: 'completed', startedAt: 21, endedAt: 50 })
  // Told alone, the last fact says as much as it knows.
  expect(after([completed])).toMatchObject({ state: 'completed', plugin: 'http', worker: 'w1', item: 3 })
})

test('a failure that is tried again waits, the last one has failed', () => {
  const failed = {
    ...at,
    type: 'step.failed',
    at: 30,
    startedAt: 20,
    error: { code: 'x.y', message: '', retryable: true },
  }
  expect(after([{ ...failed, retryAt: 99 }])).toMatchObject({
    state: 'waiting',
    endedAt: undefined,
    error: { code: 'x.y' },
  })
  expect(after([failed])).toMatchObject({ state: 'failed', endedAt: 30 })
  const again = after([
    { ...failed, retryAt: 99 },
    { ...scheduled, attempt: 2, at: 100 },
  ])
  expect(again).toMatchObject({ state: 'scheduled', attempt: 2, error: undefined, startedAt: 100 })
})

test('skipped and cancelled steps say so, and other facts say nothing', () => {
  expect(after([{ type: 'step.skipped', at: 5, task: 'fetch', item: -1, step: 'get', reason: 'if' }])).toMatchObject({
    state: 'skipped',
    item: -1,
  })
  expect(after([{ ...at, type: 'step.cancelled', at: 7 }])).toMatchObject({ state: 'cancelled', endedAt: 7 })
  expect(
    after([
      { type: 'task.failed', at: 1, task: 'fetch', error: { code: 'x.y', message: '', retryable: false, step: 'get' } },
    ]),
  ).toBeUndefined()
})
