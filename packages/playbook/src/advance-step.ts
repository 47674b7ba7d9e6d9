// The steps of one item, one after the other: skip it, hand it out, do it here, or wait for the time it is due.

import type { Json } from '@millrace/stdx'
import { durationParse, isObject } from '@millrace/stdx'
import { settle } from './answer.ts'
import { conditionOf } from './condition.ts'
import type { StepSpec } from './document.ts'
import type { RunError, StepAddress } from './fact.ts'
import { addressOf, type ItemRun, newStep, type StepRun, type TaskRun } from './run-state.ts'
import { type Deciding, emit, holding, type Turn, valueOf } from './turn.ts'

/** Carries one item until it waits for a worker, for time, or has ended. */
export function* advanceItem(turn: Turn, task: TaskRun, item: ItemRun): Deciding<void> {
  for (;;) {
    const spec = task.spec.steps[item.position]
    if (spec === undefined || item.phase !== 'running') return
    const before = turn.facts.length
    yield* advanceStep(turn, task, item, spec)
    if (turn.facts.length === before) return
  }
}

function* advanceStep(turn: Turn, task: TaskRun, item: ItemRun, spec: StepSpec): Deciding<void> {
  const step = item.steps[item.position]
  if (step === undefined) return yield* begin(turn, task, item, spec)
  if (step.phase !== 'waiting' || step.until === undefined || step.until > turn.now) return
  if (step.waitsFor === 'time') return yield* waited(turn, task, item, step)
  if (step.waitsFor === 'retry')
    return yield* call(turn, task, item, step, { round: step.round, attempt: step.attempt + 1 })
  return yield* call(turn, task, item, step, { round: step.round + 1, attempt: 1 })
}

function* begin(turn: Turn, task: TaskRun, item: ItemRun, spec: StepSpec): Deciding<void> {
  if (spec.if !== undefined) {
    const answer = yield* valueOf(turn, spec.if, { task, item }, `${place(task, item, spec)}/if`)
    const wanted = conditionOf(answer, `\`if\` of step ${spec.id}`)
    if (typeof wanted !== 'boolean') return failHere(turn, addressOf(task, item, firstCall(spec)), wanted)
    if (!wanted) {
      return emit(turn, { type: 'step.skipped', task: task.spec.name, item: item.index, step: spec.id, reason: 'if' })
    }
  }
  yield* call(turn, task, item, newStep(spec), { round: 0, attempt: 1 })
}

function firstCall(spec: StepSpec): StepRun {
  return { ...newStep(spec), attempt: 1, fence: 1 }
}

function place(task: TaskRun, item: ItemRun, spec: StepSpec): string {
  return `${task.spec.name}/${item.index}/${spec.id}`
}

/** Hands a call out, or does it here when the plugin is the engine's own. */
function* call(
  turn: Turn,
  task: TaskRun,
  item: ItemRun,
  step: StepRun,
  which: { round: number; attempt: number },
): Deciding<void> {
  const { spec } = step
  const at: StepAddress = { task: task.spec.name, item: item.index, step: spec.id, ...which, fence: 1 }
  const answer = yield* valueOf(turn, spec.with, { task, item }, `${place(task, item, spec)}/${which.round}`)
  if ('error' in answer) return failHere(turn, at, answer.error, spec.onError === 'continue')
  const given = withCursor(answer.value, spec, step.cursor)
  if (spec.plugin === 'transform') return yield* transform(turn, at, given)
  if (spec.plugin === 'wait') return wait(turn, at, given, spec)
  const kept = yield* holding(given, `runs/${turn.run.id}/with/${at.task}.${at.item}.${at.step}.${at.round}.json`)
  if ('error' in kept) return failHere(turn, at, kept.error, spec.onError === 'continue')
  const pool = spec.pool ?? task.spec.pool
  emit(turn, { type: 'step.scheduled', ...at, plugin: spec.plugin, pool, with: kept.held, timeoutMs: spec.timeoutMs })
}

function failHere(turn: Turn, at: StepAddress, error: RunError, continued = false): void {
  emit(turn, { type: 'step.failed', ...at, error, startedAt: turn.now, ...(continued ? { continued } : {}) })
}

function* transform(turn: Turn, at: StepAddress, given: Json): Deciding<void> {
  const value = isObject(given) ? ((given as { value?: Json }).value ?? null) : null
  yield* settle(turn, at, { value, startedAt: turn.now })
}

/** `for` counts from now, `until` is a moment; publishing has checked that it is exactly one of them. */
function wait(turn: Turn, at: StepAddress, given: Json, spec: StepSpec): void {
  const { for: span, until } = (isObject(given) ? given : {}) as { for?: Json; until?: Json }
  const untilMs = typeof span === 'string' ? turn.now + (durationParse(span) ?? Number.NaN) : Date.parse(String(until))
  if (Number.isFinite(untilMs)) return emit(turn, { type: 'step.waiting', ...at, until: Math.max(untilMs, turn.now) })
  const found = JSON.stringify(span ?? until)
  const message = `\`wait\` in step ${spec.id} got ${found}; expected \`for: 10s\` or \`until: 2026-01-31T18:00:00Z\`.`
  failHere(turn, at, { code: 'plugin.input_invalid', message, retryable: false }, spec.onError === 'continue')
}

function* waited(turn: Turn, task: TaskRun, item: ItemRun, step: StepRun): Deciding<void> {
  const at = addressOf(task, item, step)
  yield* settle(turn, at, { value: { until: new Date(turn.now).toISOString() }, startedAt: step.startedAt ?? turn.now })
}

/** `paginate.into` names a place in `with`; the cursor of the page before goes there. */
export function withCursor(given: Json, spec: StepSpec, cursor: Json | undefined): Json {
  if (spec.paginate === undefined || cursor === undefined) return given
  return placed(given, spec.paginate.into.split('.'), cursor)
}

function placed(target: Json, path: readonly string[], value: Json): Json {
  const [key, ...rest] = path
  if (key === undefined) return value
  const holder = isObject(target) ? (target as Record<string, Json>) : {}
  return { ...holder, [key]: placed(holder[key] ?? {}, rest, value) }
}
