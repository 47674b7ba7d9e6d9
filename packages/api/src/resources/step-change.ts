// What a fact says about its step, for screens that follow a run: enough to draw it, without loading the run again.

import type { RunStep } from '@millrace/dispatch'
import { callSpanId, type Fact } from '@millrace/playbook'

export function stepKey(at: { task: string; item: number; step: string }): string {
  return `${at.task}/${at.item}/${at.step}`
}

/** The step after the fact, or undefined when the fact is not about one. `before` is what this screen heard last of it. */
export function stepAfter(
  runId: string,
  fact: Fact,
  before: RunStep | undefined,
  pluginOf: (task: string, step: string) => string,
): RunStep | undefined {
  if (!('step' in fact)) return undefined
  if (fact.type === 'step.skipped') {
    const at = { task: fact.task, item: fact.item, step: fact.step, round: 0, attempt: 1 }
    return { ...blank(runId, at, pluginOf), state: 'skipped', endedAt: fact.at }
  }
  if (!('fence' in fact)) return undefined
  const same = before !== undefined && before.round === fact.round && before.attempt === fact.attempt
  const step: RunStep = {
    ...blank(runId, fact, pluginOf),
    startedAt: (same ? before.startedAt : undefined) ?? fact.at,
    worker: same ? before.worker : undefined,
  }
  switch (fact.type) {
    case 'step.scheduled':
      return { ...step, plugin: fact.plugin, state: 'scheduled' }
    case 'step.started':
      return { ...step, state: 'running', worker: fact.worker }
    case 'step.completed':
      return { ...step, state: 'completed', startedAt: fact.startedAt, endedAt: fact.at, worker: fact.worker }
    case 'step.failed':
      return {
        ...step,
        state: fact.retryAt === undefined ? 'failed' : 'waiting',
        startedAt: fact.startedAt,
        endedAt: fact.retryAt === undefined ? fact.at : undefined,
        worker: fact.worker,
        error: fact.error,
      }
    case 'step.waiting':
      return { ...step, state: 'waiting' }
    case 'step.cancelled':
      return { ...step, state: 'cancelled', endedAt: fact.at }
  }
}

function blank(
  runId: string,
  at: { task: string; item: number; step: string; round: number; attempt: number },
  pluginOf: (task: string, step: string) => string,
): RunStep {
  const { task, item, step, round, attempt } = at
  return {
    task,
    item,
    step,
    round,
    attempt,
    plugin: pluginOf(task, step),
    state: 'scheduled',
    startedAt: undefined,
    endedAt: undefined,
    worker: undefined,
    error: undefined,
    spanId: callSpanId(runId, { task, item, step, round, attempt }),
  }
}
