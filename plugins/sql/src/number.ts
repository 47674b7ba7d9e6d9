// Numbers that JSON can carry unchanged are numbers; the others stay text.

import { limits } from './limits.ts'

/** `42` → 42, `9007199254740993` → itself. */
export function integer(text: string): number | string {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : text
}

/** `1.50` → 1.5, more digits than a double has → itself; NaN and infinities, which JSON lacks, → null. */
export function decimal(text: string): number | string | null {
  const digits = text.replace(/^[+-]?0*/, '').replaceAll(/[^0-9]/g, '').length
  const value = Number(text)
  if (Number.isNaN(value) || /inf/i.test(text)) return null
  return digits <= limits.digitsMax ? value : text
}

export function float(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** A 32-bit float as it was written: 0.1, not 0.10000000149011612. */
export function float32(value: number): number | null {
  if (!Number.isFinite(value)) return null
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}
