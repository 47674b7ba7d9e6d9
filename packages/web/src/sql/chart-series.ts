// From a result to what a chart draws: which columns can be an axis, and their values as numbers.

import type { Column } from '../api/datasets.ts'
import { limits } from '../limits.ts'
import { isNumeric } from '../ui/grid-table.ts'

export type Axis = 'time' | 'number' | 'category'

export interface Series {
  readonly axis: Axis
  /** Seconds since 1970, numbers, or positions of categories. */
  readonly x: readonly number[]
  readonly y: readonly (number | null)[]
  /** Of a category axis. */
  readonly categories: readonly string[]
  /** Rows left out because there are more than a chart can show. */
  readonly left: number
}

export function axisOf({ type }: Column): Axis {
  if (isNumeric(type)) return 'number'
  return /^(Nullable\()?Date/.test(type) ? 'time' : 'category'
}

/** Columns that a chart begins with: time or text across, the first other number up. */
export function usualAxes(columns: readonly Column[]): { x: number; y: number } | undefined {
  const across = columns.findIndex((column) => axisOf(column) === 'time')
  const text = columns.findIndex((column) => axisOf(column) === 'category')
  const numbers = columns.flatMap((column, index) => (axisOf(column) === 'number' ? [index] : []))
  const x = across >= 0 ? across : text >= 0 ? text : (numbers[0] ?? -1)
  const y = numbers.find((index) => index !== x) ?? numbers[0]
  return x < 0 || y === undefined ? undefined : { x, y }
}

export function seriesOf(
  columns: readonly Column[],
  rows: readonly (readonly unknown[])[],
  x: number,
  y: number,
): Series {
  const column = columns[x]
  const axis = column === undefined ? 'category' : axisOf(column)
  const used = rows.slice(0, limits.chartPointsMax)
  const left = rows.length - used.length
  if (axis === 'category') {
    const categories = used.map((row) => String(row[x] ?? 'NULL'))
    return { axis, x: used.map((_, index) => index), y: used.map((row) => toNumber(row[y])), categories, left }
  }
  const read = axis === 'time' ? toSeconds : toNumber
  const points = used.flatMap((row) => {
    const at = read(row[x])
    return at === null ? [] : [{ at, value: toNumber(row[y]) }]
  })
  points.sort((a, b) => a.at - b.at)
  return { axis, x: points.map(({ at }) => at), y: points.map(({ value }) => value), categories: [], left }
}

function toNumber(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** `2025-03-14 09:26:53.589` has no zone: the olap speaks UTC. */
function toSeconds(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return null
  const iso = value.includes('T') ? value : value.replace(' ', 'T')
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : iso.length === 10 ? `${iso}T00:00:00Z` : `${iso}Z`)
  return Number.isNaN(at) ? null : at / 1_000
}
