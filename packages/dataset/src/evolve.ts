// From one schema to the next: what a table that holds rows already can follow in place.

import type { JsonObject } from '@millrace/stdx'
import { columnsOf, columnTypeOf, type DatasetColumn } from './column.ts'
import { joinKinds } from './kind.ts'

/** `refused` carries a sentence for each column that cannot follow. */
export type Evolution =
  | { readonly kind: 'same' }
  | { readonly kind: 'added' | 'widened'; readonly columns: readonly DatasetColumn[] }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }

/** `columns` of the answer are those that are new or change their type. */
export function evolution(before: JsonObject, after: JsonObject): Evolution {
  const then = new Map(columnsOf(before).map((column) => [column.field, column]))
  const now = columnsOf(after)
  const reasons = [...then.keys()]
    .filter((field) => !now.some((column) => column.field === field))
    .map((field) => `the field "${field}" is gone`)
  const changed: DatasetColumn[] = []
  let widened = false
  for (const column of now) {
    const earlier = then.get(column.field)
    if (earlier?.name === column.name && earlier.type === column.type) continue
    changed.push(column)
    if (earlier === undefined) continue
    widened = true
    if (columnType(earlier, column) !== column.type) {
      reasons.push(`the field "${column.field}" was ${earlier.type} and would become ${column.type}`)
    }
  }
  if (reasons.length > 0) return { kind: 'refused', reasons }
  if (changed.length === 0) return { kind: 'same' }
  return { kind: widened ? 'widened' : 'added', columns: changed }
}

/** The type that holds both: widening is allowed when that is the new one. */
function columnType(before: DatasetColumn, after: DatasetColumn): string {
  return columnTypeOf(joinKinds(before.kind, after.kind))
}
