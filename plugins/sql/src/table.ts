// Rows as they come in, counted, with names that do not hide each other.

import { type Json, type JsonObject, pluginErrors } from '@millrace/plugin'
import { limits } from './limits.ts'
import type { Answer, Column, Statement } from './statement.ts'

export interface Table {
  /** Throws when the row is one too many, or the whole too large. */
  add(values: readonly Json[]): void
  answer(changed?: number): Answer
}

export function table(columns: readonly Column[], limit: Pick<Statement, 'rowsMax' | 'bytesMax'>): Table {
  const named = distinct(columns)
  const rows: JsonObject[] = []
  let bytes = 0
  return {
    add(values) {
      if (rows.length >= limit.rowsMax) throw tooManyRows(limit.rowsMax)
      bytes += values.reduce((sum: number, value) => sum + sizeOf(value), 0)
      if (bytes > limit.bytesMax) {
        throw pluginErrors.output_too_large(
          `The result is larger than ${limit.bytesMax} bytes, after ${rows.length} rows. Select fewer columns or rows.`,
        )
      }
      rows.push(Object.fromEntries(named.map((column, i) => [column.name, values[i] ?? null])))
    },
    answer: (changed) => ({
      columns: named,
      rows,
      rowCount: columns.length === 0 ? (changed ?? 0) : rows.length,
    }),
  }
}

export function tooManyRows(rowsMax: number) {
  return pluginErrors.sql_rows(
    `The result has more than ${rowsMax} rows. Add LIMIT, aggregate, or raise \`rowsMax\` (at most ${limits.rowsMax}).`,
    { details: { rowsMax } },
  )
}

/** `SELECT a.id, b.id`: the second becomes `id_2`, instead of taking the first one's place. */
function distinct(columns: readonly Column[]): readonly Column[] {
  const taken = new Set<string>()
  return columns.map(({ name, type }) => {
    let unique = name
    for (let i = 2; taken.has(unique); i++) unique = `${name}_${i}`
    taken.add(unique)
    return { name: unique, type }
  })
}

/** As JSON, near enough for a limit. */
function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length + 2
  return typeof value === 'object' && value !== null ? JSON.stringify(value).length : 8
}
