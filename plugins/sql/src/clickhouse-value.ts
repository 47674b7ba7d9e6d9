// ClickHouse's JSON → JSON that loses nothing, and JSON → the text of a `{name:Type}` parameter.

import type { Json, JsonObject } from '@millrace/plugin'
import { decimal, integer } from './number.ts'

/** Integers of 64 bits and more, and decimals, arrive quoted; they are unquoted wherever the type says so. */
export function valueOf(value: Json, type: string): Json {
  if (value === null) return null
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/s.exec(type)?.[1]
  if (inner !== undefined) return valueOf(value, inner)
  if (typeof value === 'string') {
    if (/^U?Int(64|128|256)$/.test(type)) return integer(value)
    return type.startsWith('Decimal') ? decimal(value) : value
  }
  const element = /^Array\((.*)\)$/s.exec(type)?.[1]
  if (element !== undefined && Array.isArray(value)) return value.map((one: Json) => valueOf(one, element))
  const entry = /^Map\([^,]+, (.*)\)$/s.exec(type)?.[1]
  if (entry !== undefined && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value as JsonObject).map(([key, one]) => [key, valueOf(one, entry)]))
  }
  return value
}

/** A list becomes ClickHouse's own notation (`['a','b']`), as `{ids:Array(String)}` wants it; a mapping likewise. */
export function parameterOf(value: Json): string | number | boolean | null {
  return typeof value === 'object' && value !== null ? literal(value) : value
}

/**
 * Over HTTP a value comes as one field of TabSeparated: escaped, and `\N` for NULL. Inside a list the same escapes are
 * undone by the list's own reader, which is why `literal` leaves them to this.
 */
export function escapedOf(value: string | number | boolean | null): string {
  if (value === null) return '\\N'
  return String(value)
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\0')
}

/** Quotes are doubled, not escaped: whoever carries the value escapes it as a whole, exactly once. */
function literal(value: Json): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (Array.isArray(value)) return `[${value.map(literal).join(',')}]`
  if (typeof value !== 'object') return String(value)
  return `{${Object.entries(value as JsonObject)
    .map(([key, one]) => `${literal(key)}:${literal(one)}`)
    .join(',')}}`
}
