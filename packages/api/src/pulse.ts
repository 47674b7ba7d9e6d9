// Changes come by the thousand and screens read a few a second. A pulse gathers in between: the first change goes out at
// once, what follows waits for its turn, and a reader that is slow gets fewer, larger messages rather than a queue.
//
//   ring ring ring ──▶ gathered (bounded, by its owner) ──▶ drain() ──▶ next()      at most one per `everyMs`

import { type Clock, type Deferred, deferred } from '@millrace/stdx'

export interface Pulse<T> extends AsyncIterableIterator<T> {
  /** There is something to drain. */
  ring(): void
  /** What is there is still read, then it ends. */
  end(): void
  next(): Promise<IteratorResult<T, undefined>>
  return(): Promise<IteratorResult<T, undefined>>
}

/** `drain` answers what has gathered, or nothing after all. `closed` is called once, when nobody reads any more. */
export function pulse<T>(clock: Clock, everyMs: number, drain: () => T | undefined, closed: () => void): Pulse<T> {
  let rung = false
  let ending = false
  let ended = false
  let lastAt = Number.NEGATIVE_INFINITY
  let reader: Deferred<IteratorResult<T, undefined>> | undefined
  let cancel: (() => void) | undefined
  const done = { value: undefined, done: true } as const

  const close = () => {
    if (ended) return
    ended = true
    cancel?.()
    closed()
    reader?.resolve(done)
    reader = undefined
  }

  const beat = () => {
    cancel = undefined
    if (reader === undefined || ended) return
    if (!rung) {
      if (ending) close()
      return
    }
    const waitMs = lastAt + everyMs - clock.now()
    if (waitMs > 0 && !ending) {
      cancel = clock.after(waitMs, beat)
      return
    }
    rung = false
    const value = drain()
    if (value === undefined) return beat()
    lastAt = clock.now()
    reader.resolve({ value, done: false })
    reader = undefined
  }

  return {
    ring() {
      rung = true
      if (cancel === undefined) beat()
    },
    end() {
      ending = true
      cancel?.()
      beat()
    },
    next() {
      if (ended) return Promise.resolve(done)
      reader = deferred()
      const { promise } = reader
      if (cancel === undefined) beat()
      return promise
    },
    return() {
      close()
      return Promise.resolve(done)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
