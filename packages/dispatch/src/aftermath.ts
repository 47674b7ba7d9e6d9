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
}

const outcomes: ReadonlySet<Fact['type']> = new Set(['step.completed', 'step.failed', 'step.cancelled'])

export function afterCommit(aftermath: Aftermath, actor: Actor, run: Run, facts: readonly Fact[]): void {
  const { messenger, mark, timers, leases, followers, ended } = aftermath
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
