// Numbers as people read them: grouped, tabular, with the unit apart so that it can stand in a lighter tone.

const grouped = new Intl.NumberFormat('en-US')
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

export interface Measure {
  readonly value: string
  readonly unit: string
}

export function countFormat(count: number): string {
  return grouped.format(count)
}

/** `12.3K`: for chips and tight places. */
export function countShort(count: number): string {
  return count < 10_000 ? grouped.format(count) : short.format(count)
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Decimal units, as disks and networks count. */
export function bytesMeasure(bytes: number): Measure {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return { value: value.toFixed(digits), unit: byteUnits[unit] ?? 'B' }
}

export function bytesFormat(bytes: number): string {
  const { value, unit } = bytesMeasure(bytes)
  return `${value} ${unit}`
}

/** `1 run`, `2 runs`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${grouped.format(count)} ${count === 1 ? noun : many}`
}
