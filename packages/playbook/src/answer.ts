// What a worker's report means: accepted or not, the last word or not. The decision is part of the fact that is written,
// so that folding it needs no evaluation.

import type { Json } from '@millrace/stdx'
import type { RetrySpec } from './document.ts'
import type { Held, RunError, StepAddress } from './fact.ts'
import { isAwaited, isEnded, itemOf, stepOf, taskOf } from './run-state.ts'
import { type Deciding, emit, holding, type Turn, valueOf } from './turn.ts'

export type Report = StepAddress &
  (
    | { readonly type: 'step.started'; readonly worker: string }
    | { readonly type: 'step.completed'; readonly output: Held; readonly tookMs: number; readonly worker: string }
    | { readonly type: 'step.failed'; readonly error: RunError; readonly tookMs: number; readonly worker: string }
  )

/** Takes a report into the run. False: it is late, doubled or refused by its fence, and nothing changed. */
export function* answer(turn: Turn, report: Report): Deciding<boolean> {
  const { run } = turn
  if (isEnded(run) || run.cancelRequested || !isAwaited(run, report)) return false
  const at = addressIn(report)
  if (report.type === 'step.started') {
    if (stepOf(run, report)?.phase !== 'scheduled') return false
    emit(turn, { type: 'step.started', ...at, worker: report.worker })
    return true
  }
  // The worker's clock may be wrong; only how long it took is believed.
  const startedAt = turn.now - report.tookMs
  if (report.type === 'step.completed') {
    yield* settle(turn, at, { held: report.output, startedAt, worker: report.worker })
  } else {
    yield* fail(turn, at, { error: report.error, startedAt, worker: report.worker })
  }
  return true
}

function addressIn({ task, item, step, round, attempt, fence }: StepAddress): StepAddress {
  return { task, item, step, round, attempt, fence }
}

interface Outcome {
  readonly startedAt: number
  readonly worker?: string
}

/** A call succeeded: the last round of its step, or one before another. */
export function* settle(
  turn: Turn,
  at: StepAddress,
  outcome: Outcome & ({ readonly held: Held } | { readonly value: Json }),
): Deciding<void> {
  const from = { startedAt: outcome.startedAt, ...(outcome.worker === undefined ? {} : { worker: outcome.worker }) }
  const name = `runs/${turn.run.id}/output/${at.task}.${at.item}.${at.step}.${at.round}.json`
  const kept = 'held' in outcome ? { held: outcome.held } : yield* holding(outcome.value, name)
  if ('error' in kept) return yield* fail(turn, at, { error: kept.error, ...from })
  const next = yield* another(turn, at, kept.held)
  if ('error' in next) return yield* fail(turn, at, { error: next.error, ...from })
  const output = next.collected ?? kept.held
  emit(turn, {
    type: 'step.completed',
    ...at,
    output,
    ...from,
    ...(next.more === undefined ? {} : { more: next.more }),
  })
}

type Another = { readonly more?: { readonly at: number; readonly cursor?: Json }; readonly collected?: Held }

/** Whether `repeat` or `paginate` want another round, judged over this round's output. */
function* another(turn: Turn, at: StepAddress, output: Held): Deciding<Another | { error: RunError }> {
  const task = taskOf(turn.run, at.task)
  const spec = task.spec.steps.find((step) => step.id === at.step)
  const item = itemOf(task, at.item)
  const from = item === undefined ? { task, output } : { task, item, output }
  const place = `${at.task}/${at.item}/${at.step}/${at.round}`
  if (spec?.repeat !== undefined) {
    const until = yield* valueOf(turn, spec.repeat.until, from, `${place}/until`)
    if ('error' in until && until.error.code !== 'lang.nothing') return until
    if ('value' in until && until.value === true) return {}
    if (at.round + 1 >= spec.repeat.timesMax) return exhausted('repeat', 'timesMax', spec.repeat.timesMax)
    return { more: { at: turn.now + spec.repeat.delayMs } }
  }
  if (spec?.paginate === undefined) return {}
  const { next, collect, pagesMax } = spec.paginate
  let collected: Held | undefined
  if (collect !== undefined) {
    const taken = yield* valueOf(turn, collect, from, `${place}/collect`)
    if ('error' in taken && taken.error.code !== 'lang.nothing') return taken
    const items = 'value' in taken ? (Array.isArray(taken.value) ? taken.value : [taken.value]) : []
    const kept = yield* holding(
      items as Json,
      `runs/${turn.run.id}/page/${at.task}.${at.item}.${at.step}.${at.round}.json`,
    )
    if ('error' in kept) return kept
    collected = kept.held
  }
  const rest = collected === undefined ? {} : { collected }
  const cursor = yield* valueOf(turn, next, from, `${place}/next`)
  if ('error' in cursor && cursor.error.code !== 'lang.nothing') return cursor
  const value = 'value' in cursor ? cursor.value : null
  if (value === null || value === false || value === '') return rest
  if (at.round + 1 >= pagesMax) return exhausted('pages', 'pagesMax', pagesMax)
  return { ...rest, more: { at: turn.now, cursor: value } }
}

function exhausted(what: 'repeat' | 'pages', limit: string, count: number): { error: RunError } {
  const message =
    what === 'repeat'
      ? `\`repeat.until\` was not true after ${count} times`
      : `\`paginate\` did not end after ${count} pages`
  return { error: { code: `playbook.${what}_exhausted`, message: `${message} (\`${limit}\`).`, retryable: false } }
}

/** A call failed: for now, for good, or to be gone on from. */
export function* fail(turn: Turn, at: StepAddress, outcome: Outcome & { readonly error: RunError }): Deciding<void> {
  const spec = taskOf(turn.run, at.task).spec.steps.find((step) => step.id === at.step)
  const retryAt = spec?.retry === undefined ? undefined : yield* whenAgain(turn, at, spec.retry, outcome.error)
  const continued = spec?.onError === 'continue'
  emit(turn, {
    type: 'step.failed',
    ...at,
    error: outcome.error,
    startedAt: outcome.startedAt,
    ...(outcome.worker === undefined ? {} : { worker: outcome.worker }),
    ...(retryAt === undefined ? {} : { retryAt }),
    ...(retryAt === undefined && continued ? { continued } : {}),
  })
}

/** Errors that no repetition can mend, whatever `retry.when` says: bad input, a right denied, a plugin that is not there. */
const hopeless = new Set([
  'plugin.input_invalid',
  'plugin.unknown',
  'plugin.secret_missing',
  'playbook.repeat_exhausted',
  'playbook.pages_exhausted',
])

function* whenAgain(turn: Turn, at: StepAddress, retry: RetrySpec, error: RunError): Deciding<number | undefined> {
  if (at.attempt >= retry.attempts || hopeless.has(error.code)) return undefined
  const task = taskOf(turn.run, at.task)
  const item = itemOf(task, at.item)
  let wanted: unknown = error.retryable
  if (retry.when !== undefined) {
    const from = item === undefined ? { task, error } : { task, item, error }
    const said = yield* valueOf(turn, retry.when, from, `${at.task}/${at.item}/${at.step}/${at.attempt}/when`)
    wanted = 'value' in said ? said.value : false
  }
  return wanted === true ? turn.now + retryDelayMs(retry, at.attempt, turn.random.next()) : undefined
}

/** After attempt 1, 2, 3…; `full` jitter is AWS's "exponential backoff and jitter" (2015): anywhere between 0 and the delay. */
export function retryDelayMs(retry: RetrySpec, attempt: number, chance: number): number {
  const factor = { constant: 1, linear: attempt, exponential: 2 ** Math.min(attempt - 1, 30) }[retry.backoff]
  const delayMs = Math.min(retry.delayMs * factor, retry.delayMaxMs)
  return Math.round(retry.jitter === 'full' ? delayMs * chance : delayMs)
}
