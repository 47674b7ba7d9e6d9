// What kinds of values a field holds. Kinds form a lattice: what two samples have in common is their join, and at the
// top stands `text`, which holds anything as JSON.
//
//                    text
//     ┌──────┬─────────┼──────────┬─────────┐
//   string  number  boolean  list(scalar)  object
//     │       │
//  date-time integer

import { isObject, type JsonObject } from '@millrace/stdx'
import { nestingMax } from './limits.ts'

export type ScalarKind = 'boolean' | 'integer' | 'number' | 'date-time' | 'string'

export type Kind =
  | { readonly kind: ScalarKind | 'text' }
  | { readonly kind: 'list'; readonly of: ScalarKind }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Kind> }

export const text: Kind = { kind: 'text' }

/** RFC 3339 with date, time and offset: anything less is ambiguous, and stays a string. */
const dateTime = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d|60)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/

/** The instant, when the text is a date-time that ClickHouse's DateTime64 can hold. */
export function instantOf(value: string): number | undefined {
  if (!dateTime.test(value)) return undefined
  const ms = Date.parse(value)
  return ms >= Date.UTC(1900, 0, 1) && ms < Date.UTC(2299, 0, 1) ? ms : undefined
}

/** Undefined for what tells nothing: null, an empty list. */
export function kindOfValue(value: unknown, depth = 0): Kind | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'boolean') return { kind: 'boolean' }
  if (typeof value === 'number') return { kind: Number.isSafeInteger(value) ? 'integer' : 'number' }
  if (typeof value === 'string') return { kind: instantOf(value) === undefined ? 'string' : 'date-time' }
  if (Array.isArray(value)) return listKind(value)
  if (!isObject(value) || depth >= nestingMax) return text
  const fields = new Map<string, Kind>()
  for (const [name, item] of Object.entries(value)) {
    const kind = kindOfValue(item, depth + 1)
    if (kind !== undefined) fields.set(name, kind)
  }
  return { kind: 'object', fields }
}

function listKind(values: readonly unknown[]): Kind | undefined {
  let joined: Kind | undefined
  for (const value of values) {
    if (value === null) continue
    const kind = kindOfValue(value) ?? text
    joined = joined === undefined ? kind : joinKinds(joined, kind)
    if (!isScalar(joined)) return text
  }
  return joined === undefined ? undefined : isScalar(joined) ? { kind: 'list', of: joined.kind } : text
}

function isScalar(kind: Kind): kind is { readonly kind: ScalarKind } {
  return kind.kind !== 'text' && kind.kind !== 'list' && kind.kind !== 'object'
}

/** The narrowest kind that holds both. */
export function joinKinds(a: Kind, b: Kind): Kind {
  if (a.kind === 'object' && b.kind === 'object') {
    const fields = new Map(a.fields)
    for (const [name, kind] of b.fields) {
      const before = fields.get(name)
      fields.set(name, before === undefined ? kind : joinKinds(before, kind))
    }
    return { kind: 'object', fields }
  }
  if (a.kind === 'list' && b.kind === 'list') {
    const of = joinKinds({ kind: a.of }, { kind: b.of })
    return isScalar(of) ? { kind: 'list', of: of.kind } : text
  }
  if (a.kind === b.kind) return a
  const pair = `${a.kind} ${b.kind}`
  if (pair === 'integer number' || pair === 'number integer') return { kind: 'number' }
  if (pair === 'date-time string' || pair === 'string date-time') return { kind: 'string' }
  return text
}

/** The kind that a JSON Schema admits: the narrowest that we have a column for. */
export function kindOfSchema(schema: unknown, depth = 0): Kind {
  if (!isObject(schema) || depth >= nestingMax) return text
  const declared = schema['type'] ?? typeOfValues(schema)
  const types = (Array.isArray(declared) ? declared : [declared]).filter((type) => type !== 'null')
  if (types.length === 2 && types.includes('integer') && types.includes('number')) return { kind: 'number' }
  if (types.length !== 1) return text
  switch (types[0]) {
    case 'boolean':
    case 'integer':
    case 'number':
      return { kind: types[0] }
    case 'string':
      return { kind: schema['format'] === 'date-time' ? 'date-time' : 'string' }
    case 'array': {
      const of = kindOfSchema(schema['items'], depth + 1)
      return isScalar(of) ? { kind: 'list', of: of.kind } : text
    }
    case 'object': {
      const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : []
      return {
        kind: 'object',
        fields: new Map(properties.map(([name, field]) => [name, kindOfSchema(field, depth + 1)])),
      }
    }
    default:
      return text
  }
}

/** A schema that lists its values says their type by them. */
function typeOfValues(schema: Record<string, unknown>): unknown {
  const values = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : []
  let joined: Kind | undefined
  for (const value of values) {
    const kind = kindOfValue(value)
    if (kind !== undefined) joined = joined === undefined ? kind : joinKinds(joined, kind)
  }
  if (joined === undefined || !isScalar(joined)) return undefined
  return joined.kind === 'date-time' ? 'string' : joined.kind
}

/** The JSON Schema of a kind; nothing is ever required of what was only inferred. */
export function schemaOfKind(kind: Kind): JsonObject {
  switch (kind.kind) {
    case 'text':
      return {}
    case 'date-time':
      return { type: ['string', 'null'], format: 'date-time' }
    case 'list': {
      const { type, ...rest } = schemaOfKind({ kind: kind.of })
      return { type: ['array', 'null'], items: { type: type ?? 'string', ...rest } }
    }
    case 'object':
      return {
        type: ['object', 'null'],
        properties: Object.fromEntries([...kind.fields].map(([name, field]) => [name, schemaOfKind(field)])),
      }
    default:
      return { type: [kind.kind, 'null'] }
  }
}
