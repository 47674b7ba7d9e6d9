// Moments and durations as people read them. Times arrive as milliseconds since 1970, UTC; people see their own zone.

import type { Measure } from './number.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** `840 ms`, `3.2 s`, `4 m 05 s`, `2 h 10 m`, `3 d 4 h`; never negative. */
export function durationFormat(ms: number): string {
  const { value, unit } = durationMeasure(ms)
  return unit === '' ? value : `${value} ${unit}`
}

/** The unit apart, where there is only one. */
export function durationMeasure(msGiven: number): Measure {
  const ms = Math.max(0, msGiven)
  if (ms < second) return { value: String(Math.round(ms)), unit: 'ms' }
  if (ms < 9_950) return { value: (ms / second).toFixed(1), unit: 's' }
  if (ms < 59_500) return { value: String(Math.round(ms / second)), unit: 's' }
  if (ms < hour - second / 2) return { value: pair(ms, minute, 'm', second, 's'), unit: '' }
  if (ms < day - minute / 2) return { value: pair(ms, hour, 'h', minute, 'm'), unit: '' }
  return { value: pair(ms, day, 'd', hour, 'h'), unit: '' }
}

function pair(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const smalls = Math.round(ms / small)
  const perBig = big / small
  return `${Math.floor(smalls / perBig)} ${bigUnit} ${String(smalls % perBig).padStart(2, '0')} ${smallUnit}`
}

/** `just now`, `12 s ago`, `5 m ago`, `3 h ago`, then the date. */
export function agoFormat(at: number, now: number): string {
  const passed = now - at
  if (passed < 3 * second) return 'just now'
  if (passed < minute) return `${Math.floor(passed / second)} s ago`
  if (passed < hour) return `${Math.floor(passed / minute)} m ago`
  if (passed < day) return `${Math.floor(passed / hour)} h ago`
  if (passed < 14 * day) return `${Math.floor(passed / day)} d ago`
  return dateFormat(at)
}

const dates = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

export function dateFormat(at: number): string {
  return dates.format(at)
}

/** `2025-03-14 09:26:53.589` in the reader's own zone. */
export function momentFormat(at: number): string {
  const local = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())} ${clockFormat(at)}`
}

/** `09:26:53.589` in the reader's own zone. */
export function clockFormat(at: number): string {
  const local = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = `${two(local.getHours())}:${two(local.getMinutes())}:${two(local.getSeconds())}`
  return `${clock}.${String(local.getMilliseconds()).padStart(3, '0')}`
}
