// What the run page knows: the run, its tasks and its steps, from pages that load and changes that arrive, in any order.

import type { RunChange, RunDetail, RunStep, StepState } from '../api/run.ts'
import type { RunState } from '../api/runs.ts'
import { limits } from '../limits.ts'

export interface RunModel {
  readonly run: RunDetail
  /** By `stepKey`. */
  readonly steps: ReadonlyMap<string, RunStep>
}

export function stepKey({ task, item, step }: { task: string; item: number; step: string }): string {
  return `${task}/${item}/${step}`
}

export function hasEnded(state: RunState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled'
}

const ranks: Readonly<Record<StepState, number>> = {
  scheduled: 0,
  running: 1,
  waiting: 1,
  completed: 2,
  failed: 2,
  skipped: 2,
  cancelled: 2,
}

/** Whether `next` says something later than `before` about the same step. */
export function isLater(next: RunStep, before: RunStep): boolean {
  if (next.round !== before.round) return next.round > before.round
  if (next.attempt !== before.attempt) return next.attempt > before.attempt
  return ranks[next.state] >= ranks[before.state]
}

/** The same map when nothing in it changes. */
export function mergeSteps(
  steps: ReadonlyMap<string, RunStep>,
  changed: readonly RunStep[],
): ReadonlyMap<string, RunStep> {
  if (changed.length === 0) return steps
  const merged = new Map(steps)
  for (const step of changed) {
    const key = stepKey(step)
    const before = merged.get(key)
    if (before === undefined ? merged.size < limits.stepsHeldMax : isLater(step, before)) merged.set(key, step)
  }
  return merged
}

/** A run that has ended does not go on: a message that is late says nothing. */
export function mergeRun(before: RunDetail, next: Partial<RunDetail> & Pick<RunDetail, 'state' | 'steps'>): RunDetail {
  if (hasEnded(before.state) && !hasEnded(next.state)) return before
  return { ...before, ...next }
}

export function hearChanges(model: RunModel, changes: readonly RunChange[]): RunModel {
  let { run } = model
  for (const change of changes) run = mergeRun(run, change.run)
  return {
    run,
    steps: mergeSteps(
      model.steps,
      changes.flatMap(({ steps }) => steps),
    ),
  }
}
