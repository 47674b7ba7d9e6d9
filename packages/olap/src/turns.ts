// Bounded concurrency with a bounded queue before it.

import { type Semaphore, semaphore } from '@millrace/stdx'

export interface Turns {
  /** Runs `work` when its turn comes; rejects at once when too many wait already. */
  take<T>(work: () => Promise<T>): Promise<T>
}

export function turns(slots: number, waitingMax: number, refuse: () => Error): Turns {
  const gate: Semaphore = semaphore(slots)
  let waiting = 0
  return {
    async take(work) {
      if (waiting >= waitingMax) throw refuse()
      waiting++
      const release = await gate.acquire().finally(() => waiting--)
      try {
        return await work()
      } finally {
        release()
      }
    },
  }
}
