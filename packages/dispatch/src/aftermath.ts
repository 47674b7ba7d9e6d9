// What follows a commit, and never precedes it: commands, spans, timers, leases, followers.

import { dueAt, type Fact, isEnded, type Run } from '@millrace/playbook'
import type { Followers } from './followers.ts'
import type { Leases } from './leases.ts'
import { dispatchLimits } from './limits.ts'
import type { Lru } from './lru.ts'
import type { Mark } from './mark.ts'
import type { Messenger } from './messenger.ts'
import { summaryOf } from './summary.ts'
import type { Timers } from './timers.ts'
import type { Actor } from './turns.ts'

export interface Aftermath {
  readonly messenger: Messenger
  readonly mark: Mark
  readonly timers: Timers
  readonly leases: Leases
  readonly followers: Followers
  /** Ended runs that a screen may look at next. */
  readonly ended: Lru<Run>
  readonly tally: Tally
}

/** Counted since the process started. */
export interface Tally {
  started: number
  facts: number
  readonly ended: { completed: number; failed: number; cancelled: number }
}

export function newTally(): Tally {
  return { started: 0, facts: 0, ended: { completed: 0, failed: 0, cancelled: 0 } }
}

const outcomes: ReadonlySet<Fact['type']> = new Set(['step.completed', 'step.failed', 'step.cancelled'])

export function afterCommit(aftermath: Aftermath, actor: Actor, run: Run, facts: readonly Fact[]): void {
  const { messenger, mark, timers, leases, followers, ended, tally } = aftermath
  count(tally, facts)
  messenger.send(actor.environment, run, facts)
  messenger.trace(actor.environment, run, facts)
  mark.moved()
  timers.set(run.id, dueAt(run))
  for (const fact of facts) if (outcomes.has(fact.type) && 'fence' in fact) leases.end(run.id, fact)
  if (isEnded(run) && run.seq < dispatchLimits.factsKeptMax) ended.set(run.id, run)
  if (followers.wanted(actor.environment, run.id)) {
    followers.tell(actor.environment, run.id, { run: summaryOf(run, actor.environment), facts })
  }
}

function count(tally: Tally, facts: readonly Fact[]): void {
  tally.facts += facts.length
  if (facts[0]?.type === 'run.created') tally.started++
  const last = facts.at(-1)?.type
  if (last === 'run.completed') tally.ended.completed++
  if (last === 'run.failed') tally.ended.failed++
  if (last === 'run.cancelled') tally.ended.cancelled++
}
