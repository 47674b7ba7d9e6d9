// Group commit, once for everybody: while one batch is being written, the next one gathers.
//
//   submit ──▶ waiting ──▶ flush(batch) ──▶ each caller's promise
//                ▲             │
//                └── gathers ──┘   at most one flush at a time, so order is kept

import { type Deferred, deferred } from './deferred.ts'

export interface Batcher<T, R> {
  /** Settles when the batch holding `item` was flushed; rejects when that flush failed. */
  submit(item: T): Promise<R>
  /** Resolves when all that was submitted so far has been flushed. */
  drain(): Promise<void>
  /** Items submitted and not yet flushed. */
  readonly waiting: number
}

export interface BatcherOptions {
  /** Most items of one flush. */
  readonly itemsMax: number
  /** Most items waiting; more are refused by `overflow`. */
  readonly waitingMax: number
  readonly overflow: () => Error
}

/** `flush` answers one result per item, in order, or throws for all of them. */
export function batcher<T, R>(
  flush: (items: readonly T[]) => Promise<readonly R[]>,
  options: BatcherOptions,
): Batcher<T, R> {
  let waiting: { item: T; done: Deferred<R> }[] = []
  let flushing: Promise<void> | undefined

  const run = async () => {
    // One turn of the microtask queue lets everything of this tick join the first batch.
    await null
    while (waiting.length > 0) {
      const batch = waiting.splice(0, options.itemsMax)
      try {
        const results = await flush(batch.map((entry) => entry.item))
        for (const [i, entry] of batch.entries()) entry.done.resolve(results[i] as R)
      } catch (cause) {
        for (const entry of batch) entry.done.reject(cause)
      }
    }
    flushing = undefined
  }

  return {
    submit(item) {
      if (waiting.length >= options.waitingMax) return Promise.reject(options.overflow())
      const done = deferred<R>()
      waiting.push({ item, done })
      flushing ??= run()
      return done.promise
    },
    async drain() {
      for (let current = flushing; current !== undefined; current = flushing) await current
    },
    get waiting() {
      return waiting.length
    },
  }
}
