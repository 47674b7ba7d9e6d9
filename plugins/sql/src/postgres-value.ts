// PostgreSQL's texts → JSON, and JSON → PostgreSQL's parameters.

import type { Json } from '@millrace/plugin'
import pg from 'pg'
import { decimal, float, integer } from './number.ts'

type Parse = (text: string) => Json

const scalars: Readonly<Record<number, Parse>> = {
  16: (text) => text === 't',
  17: (text) => Buffer.from(text.slice(2), 'hex').toString('base64'), // bytea_output is hex: \x…
  20: integer,
  21: Number,
  23: Number,
  26: Number,
  114: (text) => JSON.parse(text) as Json,
  700: (text) => float(Number(text)),
  701: (text) => float(Number(text)),
  1114: isoTime,
  1184: isoTime,
  1700: decimal,
  3802: (text) => JSON.parse(text) as Json,
}

/** Array type → its element's type (pg_type.typarray); any other array stays PostgreSQL's text. */
const elements: Readonly<Record<number, number>> = {
  199: 114,
  1000: 16,
  1001: 17,
  1005: 21,
  1007: 23,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1028: 26,
  1041: 869,
  1115: 1114,
  1182: 1082,
  1183: 1083,
  1185: 1184,
  1187: 1186,
  1231: 1700,
  2951: 2950,
  3807: 3802,
}

/** For pg's `types`: everything comes as text in UTC, whatever pg's own defaults make of it. */
export function parserOf(oid: number): Parse {
  const element = elements[oid]
  if (element === undefined) return scalars[oid] ?? ((text) => text)
  const parse = scalars[element] ?? ((text: string) => text)
  const parseArray = pg.types.arrayParser as unknown as {
    create(source: string, transform: Parse): { parse(): Json[] }
  }
  return (text) => parseArray.create(text, parse).parse()
}

const names = new Map(Object.entries(pg.types.builtins).map(([name, oid]) => [Number(oid), name.toLowerCase()]))

/** `int8`, `text[]`; an extension's or a user's own type by its number. */
export function typeName(oid: number): string {
  const element = elements[oid]
  return element === undefined ? (names.get(oid) ?? `oid ${oid}`) : `${names.get(element) ?? element}[]`
}

/**
 * A list of plain values is a PostgreSQL array (`= ANY($1)`); a mapping, or a list that holds mappings, is JSON
 * (`jsonb_to_recordset($1)`): bound as arrays, those would fit nothing.
 */
export function parameterOf(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) && plain(value) ? value : JSON.stringify(value)
}

function plain(list: readonly Json[]): boolean {
  return list.every((one) => typeof one !== 'object' || one === null || (Array.isArray(one) && plain(one)))
}

/** `2026-01-02 03:04:05.678901+00` → `2026-01-02T03:04:05.678901Z`; without a zone, without the Z. */
function isoTime(text: string): string {
  return text.replace(/^(\d{4,}-\d\d-\d\d) /, '$1T').replace(/\+00$/, 'Z')
}
