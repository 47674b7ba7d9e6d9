// JSONCompact into a QueryResult. ClickHouse writes 64-bit integers as bare digits, which JSON.parse would round: those
// beyond 2^53 are put in quotes first. The scan costs nothing when no run of sixteen digits is there at all.

import type { Column, QueryResult } from './contract.ts'
import type { Answer } from './wire.ts'

const longDigits = /\d{16}/
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const longInteger = /^-?\d{16,}$/

interface Compact {
  readonly meta: readonly Column[]
  readonly data: readonly (readonly unknown[])[]
}

/** With `rowsMax`, rows beyond it are cut off and `truncated` says so. */
export function readResult(answer: Answer, rowsMax: number): QueryResult {
  const measured = { elapsedMs: answer.elapsedMs, rowsRead: answer.rowsRead, bytesRead: answer.bytesRead }
  if (answer.text.trim() === '') return { columns: [], rows: [], truncated: false, ...measured }
  const compact = JSON.parse(exactIntegers(answer.text)) as Compact
  const truncated = compact.data.length > rowsMax
  const rows = truncated ? compact.data.slice(0, rowsMax) : compact.data
  const decimals = compact.meta.flatMap((column, i) => (/^(?:Nullable\()?Decimal/.test(column.type) ? [i] : []))
  return {
    columns: compact.meta.map(({ name, type }) => ({ name, type })),
    rows: decimals.length === 0 ? rows : rows.map((row) => withDecimals(row, decimals)),
    truncated,
    ...measured,
  }
}

function exactIntegers(text: string): string {
  if (!longDigits.test(text)) return text
  return text.replace(stringOrNumber, (token) =>
    longInteger.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  )
}

/** Decimals arrive quoted; those that a double holds exactly (15 digits) become numbers. */
function withDecimals(row: readonly unknown[], columns: readonly number[]): readonly unknown[] {
  const copy = [...row]
  for (const i of columns) {
    const text = copy[i]
    if (typeof text === 'string' && text.replace(/\D/g, '').length <= 15) copy[i] = Number(text)
  }
  return copy
}
