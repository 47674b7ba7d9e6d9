export interface Semaphore {
  /** Waits for a slot and answers what gives it back; calling that twice is once. */
  acquire(): Promise<() => void>
  readonly free: number
}

export function semaphore(slots: number): Semaphore {
  let free = slots
  const waiting: (() => void)[] = []
  const release = () => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  const once = () => {
    let held = true
    return () => {
      if (held) {
        held = false
        release()
      }
    }
  }
  return {
    async acquire() {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      return once()
    },
    get free() {
      return free
    },
  }
}
