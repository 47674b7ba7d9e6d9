// Time that passes on the page: one shared tick, and only while something shown depends on it.

import { useSyncExternalStore } from 'react'
import { agoFormat, durationMeasure, momentFormat } from '../format/time.ts'

function ticker(everyMs: number) {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = () => {
    now = Date.now()
    for (const listener of listeners) listener()
  }
  return {
    subscribe(listener: () => void) {
      listeners.add(listener)
      if (timer === undefined) {
        now = Date.now()
        timer = setInterval(tick, everyMs)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
    now: () => now,
  }
}

const fast = ticker(250)
const slow = ticker(10_000)
const still = () => () => {}

/** The time, four times a second while `ticking`. */
export function useNow(ticking: boolean): number {
  return useSyncExternalStore(ticking ? fast.subscribe : still, fast.now)
}

/** How long something took or is taking. */
export function Duration({ from, to }: { readonly from: number | null; readonly to: number | null }) {
  const now = useNow(from !== null && to === null)
  if (from === null) return <span className="text-ink-3">–</span>
  const { value, unit } = durationMeasure((to ?? now) - from)
  return (
    <span className="numeric font-mono text-xs whitespace-nowrap">
      {value}
      {unit === '' ? null : <span className="text-ink-3"> {unit}</span>}
    </span>
  )
}

/** The time, as often as words like `5 m ago` need it. */
export function useSlowNow(): number {
  return useSyncExternalStore(slow.subscribe, slow.now)
}

/** `5 m ago`, with the moment itself on hover. */
export function Ago({ at }: { readonly at: number }) {
  const now = useSlowNow()
  return (
    <time dateTime={new Date(at).toISOString()} title={momentFormat(at)} className="numeric whitespace-nowrap">
      {agoFormat(at, Math.max(now, at))}
    </time>
  )
}
