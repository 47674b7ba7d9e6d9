// One turn of a run: what `advance` and `answer` work on. Both are generators: they decide, and where a decision needs the
// value of an expression they *ask* for it, because evaluating may load bytes and take time, and deciding does neither.
//
//   facts ──evolve──▶ run ──advance──▶ asks ──(dispatch evaluates)──▶ answers ──▶ facts …

import type { Template } from '@millrace/lang'
import type { Json, Random } from '@millrace/stdx'
import { evolve } from './evolve.ts'
import type { Fact, Held, RunError } from './fact.ts'
import { hash32 } from './hash.ts'
import { playbookLimits } from './limits.ts'
import { addressOf, type ItemRun, type Run, type TaskRun } from './run-state.ts'

/** Where an expression stands, which decides what it can see. */
export interface Viewpoint {
  readonly task?: TaskRun
  readonly item?: ItemRun
  /** The call's own output, for `repeat.until` and `paginate`. */
  readonly output?: Held
  /** What went wrong, for `retry.when`. */
  readonly error?: RunError
}

export type Ask =
  | {
      readonly kind: 'evaluate'
      readonly template: Template
      readonly from: Viewpoint
      /** What `$now()` says and what chance is seeded with: the same at every replay. */
      readonly nowMs: number
      readonly seed: number
    }
  /** Keep a value: inline when small, in blob when not. `name` is unique to it. */
  | { readonly kind: 'hold'; readonly value: Json; readonly name: string }

export type Answer = { readonly value: Json } | { readonly held: Held } | { readonly error: RunError }

export type Deciding<T> = Generator<Ask, T, Answer>

export interface Turn {
  readonly run: Run
  readonly now: number
  readonly random: Random
  /** What this turn has decided so far; already folded into `run`. */
  readonly facts: Fact[]
}

export function newTurn(run: Run, now: number, random: Random): Turn {
  return { run, now, random, facts: [] }
}

/** True when the turn has decided enough for one commit; `advance` stops there and goes on in the next turn. */
export function isFull(turn: Turn): boolean {
  return turn.facts.length >= playbookLimits.factsPerTurnMax
}

type Undated<F> = F extends Fact ? Omit<F, 'at'> : never

export function emit(turn: Turn, fact: Undated<Fact>): void {
  const dated = { ...fact, at: turn.now } as Fact
  turn.facts.push(dated)
  evolve(turn.run, dated)
}

/** The same key for every redelivery, retry and restart of one call. */
export function idempotencyKey(runId: string, at: { task: string; item: number; step: string; round: number }): string {
  return `${runId}/${at.task}/${at.item}/${at.step}/${at.round}`
}

/** Asks for the value of a template; constants are not worth a question. */
export function* valueOf(
  turn: Turn,
  template: Template,
  from: Viewpoint,
  place: string,
  nowMs = turn.now,
): Deciding<{ value: Json } | { error: RunError }> {
  const answer = yield { kind: 'evaluate', template, from, nowMs, seed: hash32(`${turn.run.id}/${place}`) }
  if ('held' in answer) throw new Error('an evaluation was answered with a reference')
  return answer
}

export function* holding(value: Json, name: string): Deciding<{ held: Held } | { error: RunError }> {
  if (isSmall(value)) return { held: { value } }
  const answer = yield { kind: 'hold', value, name }
  if ('value' in answer) throw new Error('a value to hold was answered with a value')
  return answer
}

/** Scalars and short strings need no weighing; everything else is weighed by who holds it. */
function isSmall(value: Json): boolean {
  return (
    value === null ||
    typeof value === 'boolean' ||
    typeof value === 'number' ||
    (typeof value === 'string' && value.length < 1024)
  )
}

/** Everything of the task that is out or waiting ends as cancelled; its late answers will not be awaited. */
export function cancelOut(turn: Turn, task: TaskRun): void {
  for (const item of task.items) {
    if (item?.phase !== 'running') continue
    const step = item.steps[item.position]
    if (step !== undefined) emit(turn, { type: 'step.cancelled', ...addressOf(task, item, step) })
  }
}
