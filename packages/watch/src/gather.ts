// Deliveries gather for a moment and are worked off one batch at a time, in order of position:
//
//   journal ──▶ handle ──▶ waiting ──(a moment, or enough)──▶ work(batch) ──▶ each handle's promise
//
// One batch at a time is what makes its bounds a single row, and under load it costs nothing: while one batch is
// inserted, the next has gathered.

import type { Acknowledger, Delivery } from '@millrace/journal'
import { type Clock, type Deferred, deferred } from '@millrace/stdx'

export interface Gathered {
  readonly deliveries: readonly Delivery[]
  readonly acks: Acknowledger
}

export interface GatherOptions {
  readonly clock: Clock
  /** How long the first delivery waits for company. */
  readonly waitMsMax: number
  /** The same while batch follows batch: fewer and larger parts, which ClickHouse need not merge again and again. */
  readonly busyWaitMsMax: number
  /** So many records do not wait. */
  readonly recordsMax: number
}

export interface Gather {
  /** What `journal.consume` calls. Settles when the batch with these deliveries is done. */
  handle(deliveries: readonly Delivery[], acks: Acknowledger): Promise<void>
  /** From now on nothing waits for company. */
  hurry(): void
}

export function createGather(options: GatherOptions, work: (batch: readonly Gathered[]) => Promise<void>): Gather {
  let waiting: (Gathered & { readonly done: Deferred<void> })[] = []
  let records = 0
  let working = false
  let hurried = false
  let enough: Deferred<void> | undefined

  const run = async () => {
    working = true
    for (let waitMs = options.waitMsMax; waiting.length > 0; waitMs = options.busyWaitMsMax) {
      if (!hurried && records < options.recordsMax) await company(waitMs)
      const batch = waiting
      waiting = []
      records = 0
      const ordered = [...batch].sort((a, b) => positionOf(a) - positionOf(b))
      try {
        await work(ordered)
        for (const entry of batch) entry.done.resolve()
      } catch (cause) {
        for (const entry of batch) entry.done.reject(cause)
      }
    }
    working = false
  }

  const company = async (waitMs: number) => {
    const waited = deferred()
    enough = waited
    const cancel = options.clock.after(waitMs, () => waited.resolve())
    await waited.promise
    cancel()
    enough = undefined
  }

  return {
    handle(deliveries, acks) {
      const done = deferred()
      waiting.push({ deliveries, acks, done })
      records += deliveries.length
      if (records >= options.recordsMax) enough?.resolve()
      if (!working) void run()
      return done.promise
    },
    hurry() {
      hurried = true
      enough?.resolve()
    },
  }
}

function positionOf(entry: Gathered): number {
  return entry.deliveries[0]?.position ?? 0
}
