// An event as a row, or the reason why not. Nothing here throws for what an event holds: one bad event must not take its
// neighbours along.

import type { SchemaCheck } from '@millrace/lang'
import { isObject, type JsonObject } from '@millrace/stdx'
import { type DatasetColumn, isFieldName, ownColumns } from './column.ts'
import { instantOf, type Kind, kindOfValue } from './kind.ts'
import { eventCharactersMax, fieldNameCharactersMax, rejectCharactersMax } from './limits.ts'

export interface Reject {
  /** `event.not_object`, `event.too_large`, `event.invalid`, `event.field_name`, `event.unfit`, `event.refused`. */
  readonly code: string
  /** JSON pointer into the event. */
  readonly pointer: string
  readonly message: string
}

export type RowOrReject = { readonly row: JsonObject } | { readonly reject: Reject }

export interface RowRules {
  readonly columns: readonly DatasetColumn[]
  /** Absent for an inferred schema, which fits by construction. */
  readonly check?: SchemaCheck
}

/** `json` is the event as text, for its size. */
export function rowOf(rules: RowRules, event: unknown, json: string): RowOrReject {
  if (!isObject(event)) return reject('event.not_object', '', `An event is a JSON object; found ${found(event)}.`)
  if (json.length > eventCharactersMax) {
    return reject(
      'event.too_large',
      '',
      `The event has ${json.length} characters; at most ${eventCharactersMax} are taken.`,
    )
  }
  const complaint = rules.check?.check(event)[0]
  if (complaint !== undefined) {
    return reject('event.invalid', complaint.pointer ?? '', complaint.message)
  }
  const row: Record<string, JsonObject[string]> = {}
  const left = new Set(Object.keys(event))
  for (const column of rules.columns) {
    if (!left.delete(column.field)) continue
    const value = event[column.field]
    const fitted = value === null ? undefined : fit(column.kind, value)
    if (fitted === undefined) {
      if (kindOfValue(value) === undefined) continue
      return reject('event.unfit', `/${pointerPart(column.field)}`, unfit(column, value))
    }
    row[column.name] = fitted
  }
  for (const field of left) {
    if (!isFieldName(field)) {
      return reject(
        'event.field_name',
        `/${pointerPart(field)}`.slice(0, fieldNameCharactersMax * 2),
        `A field's name has 1 to ${fieldNameCharactersMax} characters and holds no control character, backtick or backslash.`,
      )
    }
    if (kindOfValue(event[field]) === undefined) left.delete(field)
  }
  if (left.size === 0) return { row }
  if (rules.check === undefined) {
    const field = [...left][0] ?? ''
    return reject(
      'event.unfit',
      `/${pointerPart(field)}`,
      `The dataset has as many columns as it can; "${field}" is one too many.`,
    )
  }
  row[ownColumns.rest] = Object.fromEntries([...left].map((field) => [field, event[field] as JsonObject[string]]))
  return { row }
}

/** The raw event as its reject keeps it. */
export function rejectText(json: string): string {
  return json.length <= rejectCharactersMax ? json : `${json.slice(0, rejectCharactersMax)}…`
}

type Json = JsonObject[string]

/** The value as its column takes it; undefined when it does not. */
function fit(kind: Kind, value: unknown): Json | undefined {
  switch (kind.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'integer':
      return integer(value)
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'date-time':
      return typeof value === 'string' && instantOf(value) !== undefined ? value : undefined
    case 'text':
      return typeof value === 'string' ? value : JSON.stringify(value)
    case 'object':
      return isObject(value) ? (value as Json) : undefined
    case 'list': {
      if (!Array.isArray(value)) return undefined
      const items = value.map((item) => (item === null ? null : fit({ kind: kind.of }, item)))
      return items.some((item) => item === undefined) ? undefined : (items as Json[])
    }
  }
}

/** Int64 ends at 2^63; beyond 2^53 the digits are written out, because JSON's exponent is none of an integer's. */
function integer(value: unknown): Json | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined
  if (Number.isSafeInteger(value)) return value
  return Math.abs(value) < 2 ** 63 ? BigInt(value).toString() : undefined
}

function unfit(column: DatasetColumn, value: unknown): string {
  return `"${column.field}" holds ${column.type.replace(/^Nullable\((.*)\)$/, '$1')}; found ${found(value)}.`
}

function found(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value)
  return json.length > 80 ? `${json.slice(0, 80)}…` : json
}

function pointerPart(field: string): string {
  return field.replaceAll('~', '~0').replaceAll('/', '~1')
}

function reject(code: string, pointer: string, message: string): RowOrReject {
  return { reject: { code, pointer, message } }
}
