// When runs are due. One timer for the earliest of them; a binary heap, because a hundred thousand runs may wait.

import type { Cancel, Clock } from '@millrace/stdx'
import { dispatchLimits } from './limits.ts'

export interface Timers {
  /** Calls `due(id)` at `at`; the latest setting of an id counts, undefined takes it back. */
  set(id: string, at: number | undefined): void
  stop(): void
}

interface Entry {
  readonly id: string
  readonly at: number
}

export function createTimers(clock: Clock, due: (id: string) => void): Timers {
  const heap: Entry[] = []
  const wanted = new Map<string, number>()
  let armed: { at: number; cancel: Cancel } | undefined

  const arm = () => {
    const first = heap[0]
    if (first === undefined || (armed !== undefined && armed.at <= first.at)) return
    armed?.cancel()
    // Never asleep for long: somebody may set the clock meanwhile, and then a moment is nearer or further than it was.
    const delayMs = Math.min(Math.max(0, first.at - clock.now()), dispatchLimits.timerLookMs)
    armed = { at: first.at, cancel: clock.after(delayMs, fire) }
  }
  const fire = () => {
    armed = undefined
    const now = clock.now()
    for (let first = heap[0]; first !== undefined && first.at <= now; first = heap[0]) {
      pop(heap)
      // Settings that were replaced stay in the heap and are recognised here.
      if (wanted.get(first.id) !== first.at) continue
      wanted.delete(first.id)
      due(first.id)
    }
    arm()
  }

  return {
    set(id, at) {
      if (at === undefined) return void wanted.delete(id)
      if (wanted.get(id) === at) return
      wanted.set(id, at)
      push(heap, { id, at })
      arm()
    },
    stop() {
      armed?.cancel()
      heap.length = 0
      wanted.clear()
    },
  }
}

function push(heap: Entry[], entry: Entry): void {
  let i = heap.length
  heap.push(entry)
  while (i > 0) {
    const parent = (i - 1) >> 1
    const above = heap[parent] as Entry
    if (above.at <= entry.at) break
    heap[i] = above
    i = parent
  }
  heap[i] = entry
}

function pop(heap: Entry[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let i = 0
  for (;;) {
    let child = 2 * i + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && (heap[child + 1] as Entry).at < (heap[child] as Entry).at) child++
    if ((heap[child] as Entry).at >= last.at) break
    heap[i] = heap[child] as Entry
    i = child
  }
  heap[i] = last
}
