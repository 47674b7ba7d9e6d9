// What follows from where a run stands: which tasks start, which steps are handed out, and when it is over.
// Pure: it reads no clock and rolls no die (both are in the turn), and it asks for what must be evaluated.

import { invariant, type Json } from '@millrace/stdx'
import { advanceItem } from './advance-step.ts'
import { conditionOf } from './condition.ts'
import { openItem } from './evolve.ts'
import type { RunError } from './fact.ts'
import { playbookLimits } from './limits.ts'
import { isEnded, isTaskEnded, itemOf, type Run, type TaskRun } from './run-state.ts'
import { cancelOut, type Deciding, emit, holding, isFull, type Turn, valueOf } from './turn.ts'

/** Carries the run as far as it goes without anybody else; what it decides is in `turn.facts`. */
export function* advance(turn: Turn): Deciding<void> {
  const { run } = turn
  if (isEnded(run)) return
  if (run.cancelRequested) return cancelRun(turn)
  if (run.playbook.timeoutMs !== undefined && turn.now >= run.createdAt + run.playbook.timeoutMs) {
    return failRun(turn, timedOut(`The run took longer than its timeout of ${run.playbook.timeoutMs} ms.`))
  }
  if (run.phase === 'paused') return
  for (const [step, { task, item }] of run.waiting) {
    if (step.until !== undefined && step.until <= turn.now) task.touched.add(item.index)
  }
  // Tasks that end let others start, so go round until nothing moves.
  for (let before = -1; before !== turn.facts.length; ) {
    before = turn.facts.length
    for (const task of run.tasks.values()) {
      if (task.phase === 'pending') yield* startTask(turn, task)
      if (task.phase === 'running') yield* carryTask(turn, task)
      if (isFull(turn)) return
    }
  }
  if ([...run.tasks.values()].every(isTaskEnded)) yield* endRun(turn)
}

function* startTask(turn: Turn, task: TaskRun): Deciding<void> {
  const verdict = whetherToRun(turn.run, task)
  if (verdict === 'wait') return
  if (verdict !== 'run') return emit(turn, { type: 'task.skipped', task: task.spec.name, reason: verdict })
  if (task.spec.if !== undefined) {
    const answer = yield* valueOf(turn, task.spec.if, { task }, `${task.spec.name}/if`)
    const wanted = conditionOf(answer, `\`if\` of task ${task.spec.name}`)
    if (typeof wanted !== 'boolean') return failTask(turn, task, wanted)
    if (!wanted) return emit(turn, { type: 'task.skipped', task: task.spec.name, reason: 'if' })
  }
  if (task.spec.forEach === undefined) return emit(turn, { type: 'task.started', task: task.spec.name, items: -1 })
  const failed = yield* loadItems(turn, task)
  if (failed !== undefined) return failTask(turn, task, failed)
  emit(turn, { type: 'task.started', task: task.spec.name, items: task.itemValues?.length ?? 0 })
}

/**
 * A join waits for all its needs. Then: a failure anywhere before it (also of a task that its needs waited for) keeps a
 * `when: completed` task from running; a need that was merely switched off by `if` does not, unless all of them were.
 */
function whetherToRun(run: Run, task: TaskRun): 'wait' | 'run' | 'if' | 'when' | 'needs' {
  const needs = task.spec.needs.map((name) => run.tasks.get(name))
  if (!needs.every((need) => need !== undefined && isTaskEnded(need))) return 'wait'
  if (task.spec.when === 'always' || needs.length === 0) return 'run'
  const broken = needs.some((need) => need?.phase === 'failed' || need?.skipReason === 'needs')
  if (task.spec.when === 'failed') return broken ? 'run' : 'when'
  if (broken) return 'needs'
  return needs.some((need) => need?.phase === 'completed') ? 'run' : 'if'
}

/** `forEach.in` is evaluated again whenever the state was folded anew: its inputs cannot have changed. */
function* loadItems(turn: Turn, task: TaskRun): Deciding<RunError | undefined> {
  const { forEach, name } = task.spec
  if (forEach === undefined || task.itemValues !== undefined) return undefined
  const answer = yield* valueOf(turn, forEach.in, { task }, `${name}/forEach`, task.startedAt ?? turn.now)
  const items = itemsOf(answer)
  if ('error' in items) return items.error
  if (items.values.length > playbookLimits.itemsMax) {
    const message = `\`forEach.in\` of task ${name} yields ${items.values.length} items; at most ${playbookLimits.itemsMax} in one run.`
    return { code: 'playbook.items_too_many', message, retryable: false }
  }
  task.itemValues = forEach.batch === undefined ? items.values : batched(items.values, forEach.batch)
  return undefined
}

/**
 * In JSONata a sequence of one is that item and one of none is nothing, so what matched decides the shape. Here it must
 * not: one match is one item and no match is no item. A name that is not there is still an error.
 */
function itemsOf(answer: { value: Json } | { error: RunError }): { values: readonly Json[] } | { error: RunError } {
  if ('value' in answer) {
    if (Array.isArray(answer.value)) return { values: answer.value }
    return { values: answer.value === null ? [] : [answer.value] }
  }
  const { error } = answer
  return error.code === 'lang.nothing' && error.details?.['nameMissing'] === false ? { values: [] } : { error }
}

function batched<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = []
  for (let i = 0; i < items.length; i += size) batches.push(items.slice(i, i + size))
  return batches
}

function* carryTask(turn: Turn, task: TaskRun): Deciding<void> {
  const { spec } = task
  if (spec.timeoutMs !== undefined && task.startedAt !== undefined && turn.now >= task.startedAt + spec.timeoutMs) {
    cancelOut(turn, task)
    return failTask(turn, task, timedOut(`Task ${spec.name} took longer than its timeout of ${spec.timeoutMs} ms.`))
  }
  const total = task.count === undefined || task.count < 0 ? 1 : task.count
  if (total > task.completed + task.failed) {
    const failed = yield* loadItems(turn, task)
    if (failed !== undefined) return failTask(turn, task, failed)
  }
  while (task.touched.size > 0) {
    for (const index of task.touched) {
      if (isFull(turn)) return
      task.touched.delete(index)
      const item = itemOf(task, index)
      if (item?.phase === 'running') yield* advanceItem(turn, task, item)
    }
  }
  const together = spec.forEach?.concurrency ?? 1
  while (task.failed === 0 && task.active < together && task.opened < total) {
    const index = spec.forEach === undefined ? -1 : task.opened
    yield* advanceItem(turn, task, openItem(task, index))
    if (isFull(turn)) return
  }
  if (task.active > 0 || (task.failed === 0 && task.completed < total)) return
  if (task.error !== undefined) return failTask(turn, task, task.error)
  emit(turn, { type: 'task.completed', task: spec.name })
}

function failTask(turn: Turn, task: TaskRun, error: RunError): void {
  emit(turn, { type: 'task.failed', task: task.spec.name, error: { task: task.spec.name, ...error } })
}

function timedOut(message: string): RunError {
  return { code: 'playbook.timed_out', message, retryable: false }
}

function* endRun(turn: Turn): Deciding<void> {
  const { run } = turn
  for (const task of run.tasks.values()) {
    if (task.phase !== 'failed') continue
    invariant(task.error !== undefined, `task ${task.spec.name} failed without an error`)
    return emit(turn, { type: 'run.failed', error: task.error })
  }
  const outputs: Record<string, never> = {}
  for (const [name, template] of run.playbook.outputs) {
    const answer = yield* valueOf(turn, template, {}, `outputs/${name}`)
    // An output of a task that was skipped is nothing, and that is no failure of the run.
    if ('error' in answer && answer.error.code !== 'lang.nothing')
      return emit(turn, { type: 'run.failed', error: answer.error })
    outputs[name] = ('value' in answer ? answer.value : null) as never
  }
  const kept = yield* holding(outputs, `runs/${run.id}/outputs.json`)
  if ('error' in kept) return emit(turn, { type: 'run.failed', error: kept.error })
  emit(turn, { type: 'run.completed', outputs: kept.held })
}

function cancelRun(turn: Turn): void {
  stopTasks(turn)
  emit(turn, { type: 'run.cancelled' })
}

function failRun(turn: Turn, error: RunError): void {
  stopTasks(turn)
  emit(turn, { type: 'run.failed', error })
}

function stopTasks(turn: Turn): void {
  for (const task of turn.run.tasks.values()) {
    const name = task.spec.name
    if (task.phase === 'running') {
      cancelOut(turn, task)
      emit(turn, { type: 'task.cancelled', task: name })
    }
    if (task.phase === 'pending') emit(turn, { type: 'task.skipped', task: name, reason: 'cancelled' })
  }
}
