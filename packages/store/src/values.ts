// One reading of PostgreSQL's text format for both adapters, because PGlite and pg each have their own ideas of
// int8, numeric, bytea and time. Results are asked for in text; the type's oid picks the reader.

import { invariant } from '@millrace/stdx'
import type { SqlValue } from './contract.ts'

export type ValueReader = (text: string) => unknown

/** A decimal of at most 15 significant digits survives the way through a double (IEEE 754). */
const exactDigitsMax = 15

const asIs: ValueReader = (text) => text

function readInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`the int8 ${text} is beyond 2^53 and has no exact number`)
  return value
}

function readNumeric(text: string): number | string {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  const plain = text.replace('-', '').replace(/^0+/, '')
  const digits = plain.includes('.') ? plain.replace(/0+$/, '').replace(/^\.0*|\./, '') : plain
  return digits.length <= exactDigitsMax && Number.isFinite(value) ? value : text
}

function readBytes(text: string): Uint8Array {
  invariant(text.startsWith('\\x'), 'bytea_output is hex')
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}

const timestamp =
  /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::?(\d\d))?(?::?(\d\d))?( BC)?$/

/** timestamptz → milliseconds since 1970, microseconds cut off. */
function readTimestamp(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY
  if (text === '-infinity') return Number.NEGATIVE_INFINITY
  const part = timestamp.exec(text)
  if (part === null) throw new RangeError(`the timestamptz ${text} is not in ISO form`)
  const at = new Date(0)
  const year = part[12] === undefined ? Number(part[1]) : 1 - Number(part[1])
  at.setUTCFullYear(year, Number(part[2]) - 1, Number(part[3]))
  at.setUTCHours(Number(part[4]), Number(part[5]), Number(part[6]), Number((part[7] ?? '').padEnd(3, '0').slice(0, 3)))
  const offsetMs = (Number(part[9]) * 3600 + Number(part[10] ?? 0) * 60 + Number(part[11] ?? 0)) * 1000
  return at.getTime() - (part[8] === '-' ? -offsetMs : offsetMs)
}

/** `{1,NULL,"a b",{…}}`, PostgreSQL manual 8.15.6. Lower bounds (`[0:1]={…}`) are dropped. */
function arrayReader(element: ValueReader): ValueReader {
  return (text) => {
    let at = text.indexOf('{')
    const readQuoted = (): string => {
      let value = ''
      for (at++; text[at] !== '"'; at++) {
        if (text[at] === '\\') at++
        value += text[at]
      }
      at++
      return value
    }
    const readArray = (): unknown[] => {
      const values: unknown[] = []
      at++
      while (text[at] !== '}') {
        if (text[at] === ',') at++
        else if (text[at] === '{') values.push(readArray())
        else if (text[at] === '"') values.push(element(readQuoted()))
        else {
          const from = at
          while (text[at] !== ',' && text[at] !== '}') at++
          const bare = text.slice(from, at)
          values.push(bare === 'NULL' ? null : element(bare))
        }
      }
      at++
      return values
    }
    return readArray()
  }
}

/** Reader, oid of the type, oid of its array (pg_type.dat). */
const types: readonly (readonly [ValueReader, number, number])[] = [
  [(text) => text === 't', 16, 1000], // bool
  [readBytes, 17, 1001], // bytea
  [asIs, 19, 1003], // name
  [readInt8, 20, 1016], // int8
  [Number, 21, 1005], // int2
  [Number, 23, 1007], // int4
  [asIs, 25, 1009], // text
  [Number, 26, 1028], // oid
  [JSON.parse, 114, 199], // json
  [Number, 700, 1021], // float4
  [Number, 701, 1022], // float8
  [asIs, 1042, 1014], // bpchar
  [asIs, 1043, 1015], // varchar
  [asIs, 1082, 1182], // date
  [asIs, 1083, 1183], // time
  [asIs, 1114, 1115], // timestamp, without zone: text, because it is no moment
  [readTimestamp, 1184, 1185], // timestamptz
  [asIs, 1186, 1187], // interval
  [readNumeric, 1700, 1231], // numeric
  [asIs, 2950, 2951], // uuid
  [JSON.parse, 3802, 3807], // jsonb
]

const readers = new Map<number, ValueReader>()
for (const [reader, oid, arrayOid] of types) {
  readers.set(oid, reader === JSON.parse ? (text) => JSON.parse(text) : reader)
  readers.set(arrayOid, arrayReader(reader === JSON.parse ? (text) => JSON.parse(text) : reader))
}

/** What reads a value of this type; types we do not know stay text. */
export function valueReader(oid: number): ValueReader {
  return readers.get(oid) ?? asIs
}

/** A parameter in PostgreSQL's text format, the same for every adapter. */
export function valueText(value: SqlValue): string | null {
  if (value === null) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (value instanceof Uint8Array)
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
  if (value instanceof Date) return value.toISOString()
  invariant(Array.isArray(value), `a parameter is a scalar or an array of scalars, not ${typeof value}`)
  return `{${value.map(elementText).join(',')}}`
}

function elementText(element: null | boolean | number | string): string {
  if (element === null) return 'NULL'
  if (typeof element !== 'string') return String(element)
  return `"${element.replace(/["\\]/g, '\\$&')}"`
}
