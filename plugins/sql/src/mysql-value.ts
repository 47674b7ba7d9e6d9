// MySQL's and MariaDB's values → JSON, and JSON → parameters of a prepared statement.

import type { Json } from '@millrace/plugin'
import { type FieldPacket, TypedParameter, Types } from 'mysql2'
import { decimal, float, float32, integer } from './number.ts'

/** What mysql2 binds: also its own word for a typed value. */
export type Bound = string | number | boolean | null | ReturnType<typeof TypedParameter.BIGINT>

const names = new Map(
  Object.entries(Types).flatMap(([name, code]) => (typeof code === 'number' ? [[code, name.toLowerCase()]] : [])) as [
    number,
    string,
  ][],
)

/** `long` and `longlong` in the protocol's words are `int` and `bigint` in SQL's. */
const sqlNames: Readonly<Record<string, string>> = {
  tiny: 'tinyint',
  short: 'smallint',
  int24: 'mediumint',
  long: 'int',
  longlong: 'bigint',
  newdecimal: 'decimal',
  var_string: 'varchar',
  string: 'char',
  newdate: 'date',
}

export function typeName(field: FieldPacket): string {
  if (field.extendedFormat !== undefined) return field.extendedFormat
  if (field.extendedTypeName !== undefined) return field.extendedTypeName
  const name = names.get(field.columnType ?? -1) ?? 'unknown'
  return sqlNames[name] ?? name
}

/** A value as mysql2 reads it (dates and decimals as text, big integers as text when beyond 2⁵³) → JSON. */
export function valueOf(value: unknown, field: FieldPacket): Json {
  if (value === null || value === undefined) return null
  if (Buffer.isBuffer(value)) return field.columnType === Types.BIT ? bits(value) : value.toString('base64')
  switch (field.columnType) {
    case Types.DECIMAL:
    case Types.NEWDECIMAL:
      return decimal(String(value))
    case Types.FLOAT:
      return float32(value as number)
    case Types.DOUBLE:
      return float(value as number)
    case Types.DATETIME:
      return String(value).replace(' ', 'T')
    case Types.TIMESTAMP:
      return `${String(value).replace(' ', 'T')}Z` // the session speaks UTC
    default:
      return value as Json
  }
}

/** Whole numbers go as BIGINT, because a DOUBLE, JavaScript's only number, is refused by LIMIT. */
export function parameterOf(value: Json): Bound {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return TypedParameter.BIGINT(value)
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

function bits(value: Buffer): number | string {
  return integer(BigInt(`0x${value.toString('hex') || '0'}`).toString())
}
