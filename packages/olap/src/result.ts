// Answers into a QueryResult. ClickHouse writes 64-bit integers as bare digits, which JSON.parse would round: those
// beyond 2^53 are put in quotes first. The scan costs nothing when no run of sixteen digits is there at all.

import type { Column, QueryResult } from './contract.ts'

const longDigits = /\d{16}/
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const longInteger = /^-?\d{16,}$/

type Rows = readonly (readonly unknown[])[]

interface Measured {
  readonly elapsed: number
  readonly rows_read: number
  readonly bytes_read: number
}

/** JSONCompact. Rows beyond `rowsMax` are cut off and `truncated` says so. */
export function readCompact(text: string, rowsMax: number): QueryResult {
  if (text.trim() === '')
    return { columns: [], ...shape([], [], 0), ...measures({ elapsed: 0, rows_read: 0, bytes_read: 0 }) }
  const { meta, data, statistics } = JSON.parse(exactIntegers(text)) as {
    readonly meta: readonly Column[]
    readonly data: Rows
    readonly statistics: Measured
  }
  const columns = meta.map(({ name, type }) => ({ name, type }))
  return { columns, ...shape(columns, data, rowsMax), ...measures(statistics) }
}

/** What `rowTemplate` makes of rows that are JSON texts already. */
export function readTemplate(text: string, columns: readonly Column[], rowsMax: number): QueryResult {
  const { data, ...measured } = JSON.parse(exactIntegers(text)) as { readonly data: Rows } & Measured
  return { columns, ...shape(columns, data, rowsMax), ...measures(measured) }
}

/** Settings of the Template format: one JSON object around rows that a column `line` holds as JSON. */
export const rowTemplate = {
  format_template_resultset_format:
    '{"data":[${data}],"elapsed":${time:JSON},"rows_read":${rows_read:JSON},"bytes_read":${bytes_read:JSON}}',
  format_template_row_format: '${line:Raw}',
  format_template_rows_between_delimiter: ',',
} as const

function measures({ elapsed, rows_read, bytes_read }: Measured) {
  return { elapsedMs: elapsed * 1000, rowsRead: rows_read, bytesRead: bytes_read }
}

function shape(columns: readonly Column[], data: Rows, rowsMax: number) {
  const truncated = data.length > rowsMax
  const rows = truncated ? data.slice(0, rowsMax) : data
  const decimals = columns.flatMap((column, i) => (/^(?:Nullable\()?Decimal/.test(column.type) ? [i] : []))
  return { rows: decimals.length === 0 ? rows : rows.map((row) => withDecimals(row, decimals)), truncated }
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
