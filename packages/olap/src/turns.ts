// Bounded concurrency with a bounded queue before it, and an end: what has its turn is finished, what still waits is not
// begun.

import { semaphore } from '@millrace/stdx'

export interface Turns {
  /** Runs `work` when its turn comes; rejects at once when too many wait already, and after the end. */
  take<T>(work: () => Promise<T>): Promise<T>
  /** From now on nothing begins. Resolves when what had begun has ended. */
  end(): Promise<void>
}

export interface TurnsOptions {
  readonly slots: number
  readonly waitingMax: number
  readonly full: () => Error
  readonly ended: () => Error
}

export function turns({ slots, waitingMax, full, ended }: TurnsOptions): Turns {
  const gate = semaphore(slots)
  const running = new Set<Promise<unknown>>()
  let waiting = 0
  let over = false

  const start = async <T>(release: () => void, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } finally {
      release()
    }
  }

  return {
    async take(work) {
      if (over) throw ended()
      if (waiting >= waitingMax) throw full()
      const begins = gate.free > 0
      waiting++
      const turn = gate.acquire().then((release) => {
        waiting--
        if (!over || begins) return start(release, work)
        release()
        throw ended()
      })
      running.add(turn)
      return turn.finally(() => running.delete(turn))
    },
    async end() {
      over = true
      await Promise.allSettled(running)
    },
  }
}
