// The batches that a crash cut short. Their records come back from the journal and are put together again, beside the
// normal traffic, which does not wait:
//
//   all of them come back     the inserts may be missing: repeat them under the same tokens, acknowledge
//   only some come back       the others were acknowledged, so the inserts are done: acknowledge
//   none comes back           all were acknowledged: nothing to do
//
// "Only some" is known when those missing have had time enough to come.

import type { Acknowledger, Delivery } from '@millrace/journal'
import type { Cancel, Clock } from '@millrace/stdx'
import type { BatchBounds } from './batch-bounds.ts'
import type { Gathered } from './gather.ts'

export interface RecoveryOptions {
  readonly clock: Clock
  readonly waitMsMax: number
  /** Inserts under the tokens of these bounds, then acknowledges. */
  readonly repeat: (batch: readonly Gathered[], bounds: BatchBounds) => Promise<void>
  readonly acknowledge: (batch: readonly Gathered[]) => Promise<void>
  /** The bounds are not needed any more. */
  readonly forget: (bounds: BatchBounds) => Promise<void>
  readonly failed: (cause: unknown) => void
}

export interface Recovery {
  /** Keeps the deliveries that belong to a batch cut short and answers the others. */
  claim(deliveries: readonly Delivery[], acks: Acknowledger): readonly Delivery[]
  stop(): void
}

interface Interrupted {
  readonly bounds: BatchBounds
  readonly held: Gathered[]
  count: number
}

export function createRecovery(batches: readonly BatchBounds[], options: RecoveryOptions): Recovery {
  const open = new Set<Interrupted>(batches.map((bounds) => ({ bounds, held: [], count: 0 })))

  const finish = async (batch: Interrupted, work: (held: readonly Gathered[]) => Promise<void>) => {
    if (!open.delete(batch)) return
    await work(batch.held)
    await options.forget(batch.bounds)
  }

  const cancel: Cancel = options.clock.after(options.waitMsMax, () => {
    for (const batch of open) finish(batch, options.acknowledge).catch(options.failed)
  })

  return {
    claim(deliveries, acks) {
      let rest = deliveries
      for (const batch of open) {
        const { first, last, records, youngestAt } = batch.bounds
        const inside = ({ position, at }: Delivery) => position >= first && position <= last && at <= youngestAt
        const own = rest.filter(inside)
        if (own.length === 0) continue
        rest = rest.filter((delivery) => !inside(delivery))
        batch.held.push({ deliveries: own, acks })
        batch.count += own.length
        if (batch.count >= records) finish(batch, (held) => options.repeat(held, batch.bounds)).catch(options.failed)
      }
      return rest
    },
    stop: () => cancel(),
  }
}
