// Time comes in through this door, so that tests and the simulator can hold it still.

export type Cancel = () => void

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Calls `act` once after `delayMs`; the answer cancels it. Never keeps the process alive. */
  after(delayMs: number, act: () => void): Cancel
}

/** setTimeout counts in 31 bits; a longer wait is made of several. */
const timeoutMsMax = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, act) {
    let handle: ReturnType<typeof setTimeout>
    const arm = (leftMs: number) => {
      const partMs = Math.min(Math.max(leftMs, 0), timeoutMsMax)
      handle = setTimeout(() => (leftMs > partMs ? arm(leftMs - partMs) : act()), partMs)
      ;(handle as { unref?: () => void }).unref?.()
    }
    arm(delayMs)
    return () => clearTimeout(handle)
  },
}

export interface ManualClock extends Clock {
  /** Moves time forward and fires what falls due, in order. */
  advance(byMs: number): void
}

export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs
  let serial = 0
  const waiting = new Map<number, { at: number; act: () => void }>()
  return {
    now: () => nowMs,
    after(delayMs, act) {
      const id = serial++
      waiting.set(id, { at: nowMs + Math.max(0, delayMs), act })
      return () => waiting.delete(id)
    },
    advance(byMs) {
      const until = nowMs + byMs
      for (;;) {
        let first: [number, { at: number; act: () => void }] | undefined
        for (const entry of waiting) {
          if (entry[1].at <= until && (first === undefined || entry[1].at < first[1].at)) first = entry
        }
        if (first === undefined) break
        waiting.delete(first[0])
        nowMs = Math.max(nowMs, first[1].at)
        first[1].act()
      }
      nowMs = until
    },
  }
}
