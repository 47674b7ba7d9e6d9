// What ajv found, as sentences: what was found, what was expected, where, and what may have been meant.

import { isObject, nearest } from '@millrace/stdx'
import type { ErrorObject } from 'ajv'
import type { SchemaComplaint } from './contract.ts'
import { complaintsMax } from './limits.ts'
import { pointerJoin, pointerParse } from './pointer.ts'
import { settleChoices } from './schema-choice.ts'

/** Keywords that fail because of what is inside them. */
const combining = new Set([
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'if',
  'contains',
  'dependentSchemas',
  'unevaluatedProperties',
])

/** `unknown` holds the pointers of values that are not known yet and therefore fit anything. */
export function complaintsOf(
  errors: readonly ErrorObject[],
  value: unknown,
  unknown: Iterable<string> = [],
): readonly SchemaComplaint[] {
  const open = [...unknown]
  const within = (pointer: string) => open.some((each) => pointer === each || pointer.startsWith(`${each}/`))
  const above = (pointer: string) => open.some((each) => each === pointer || each.startsWith(`${pointer}/`))
  const excused = errors.filter((error) => combining.has(error.keyword) && above(error.instancePath))
  const complaints = new Map<string, SchemaComplaint>()
  for (const error of settleChoices(errors)) {
    if (complaints.size >= complaintsMax) break
    if (error.keyword === 'if' || within(error.instancePath) || isSaidBetter(error, errors)) continue
    if (excused.some((each) => each === error || error.schemaPath.startsWith(`${each.schemaPath}/`))) continue
    // Equality with a whole of which a part is unknown cannot be told.
    if (
      (error.keyword === 'enum' || error.keyword === 'const' || error.keyword === 'uniqueItems') &&
      above(error.instancePath)
    )
      continue
    const complaint = complaintOf(error, value)
    complaints.set(`${complaint.pointer} ${complaint.message}`, complaint)
  }
  return [...complaints.values()]
}

/** "Must be one of `GET`, `POST`" says that it must be text. */
function isSaidBetter(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (error.keyword !== 'type') return false
  const place = error.schemaPath.replace(/type$/, '')
  return errors.some((each) => each.schemaPath === `${place}enum` || each.schemaPath === `${place}const`)
}

function complaintOf(error: ErrorObject, root: unknown): SchemaComplaint {
  const params = error.params as Record<string, unknown>
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>
  const base = { code: 'lang.schema_mismatch', pointer: error.instancePath, part: 'value' as const }
  const where = nameOf(error.instancePath)
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params['additionalProperty'] ?? params['unevaluatedProperty'])
      const names = isObject(schema['properties']) ? Object.keys(schema['properties']) : []
      return unknownKey(error.instancePath, key, names)
    }
    case 'required': {
      const key = String(params['missingProperty'])
      return {
        ...base,
        part: 'key',
        message: `${where} lacks \`${key}\`.`,
        expected: `\`${key}\``,
        hint: `Add \`${key}\`.`,
      }
    }
    case 'type': {
      const expected = [schema['type'] ?? params['type']].flat().map(typeName).join(' or ')
      return {
        ...base,
        message: `${where} must be ${expected}; found ${shown(error.data)}.`,
        expected,
        found: shown(error.data),
      }
    }
    case 'enum':
    case 'const':
      return choice(base, where, error, [params['allowedValues'] ?? params['allowedValue']].flat())
    case 'anyOf':
    case 'oneOf': {
      const expected = expectedOf(schema)
      return {
        ...base,
        message: `${where} must be ${expected}; found ${shown(error.data)}.`,
        expected,
        found: shown(error.data),
      }
    }
    case 'false schema':
      return { ...base, part: 'key', message: `${where} is not allowed here.`, hint: 'Remove it.' }
    default: {
      const expected = limitOf(error.keyword, params, schema) ?? error.message ?? 'something else'
      const found = countOf(error) ?? shown(error.data ?? valueAt(root, error.instancePath))
      // A pattern is for machines; what its author says of the property is for people.
      const about = error.keyword === 'pattern' ? schema['description'] : undefined
      const hint = typeof about === 'string' ? { hint: about } : {}
      return { ...base, message: `${where} must ${expected}; found ${found}.`, expected, found, ...hint }
    }
  }
}

/** Behind "must". */
function limitOf(
  keyword: string,
  params: Record<string, unknown>,
  schema: Record<string, unknown>,
): string | undefined {
  const limit = String(params['limit'])
  const names = isObject(schema['properties']) ? Object.keys(schema['properties']).map((name) => `\`${name}\``) : []
  const of = names.length > 0 && names.length <= 10 ? ` of ${names.join(', ')}` : ' keys'
  switch (keyword) {
    case 'minLength':
      return limit === '1' ? 'not be empty' : `have at least ${limit} characters`
    case 'maxLength':
      return `have at most ${limit} characters`
    case 'minItems':
      return `have at least ${limit} entries`
    case 'maxItems':
      return `have at most ${limit} entries`
    case 'minProperties':
    case 'maxProperties':
      if (schema['minProperties'] === 1 && schema['maxProperties'] === 1) return `have exactly one${of}`
      return `have at ${keyword === 'minProperties' ? 'least' : 'most'} ${limit}${of}`
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `be ${comparisons[String(params['comparison'])] ?? ''} ${limit}`
    case 'pattern':
      return `match the pattern ${String(params['pattern'])}`
    case 'format':
      return `be ${formats[String(params['format'])] ?? `of the format \`${String(params['format'])}\``}`
    default:
      return undefined
  }
}

const comparisons: Readonly<Record<string, string>> = {
  '>=': 'at least',
  '<=': 'at most',
  '>': 'more than',
  '<': 'less than',
}

const formats: Readonly<Record<string, string>> = {
  'date-time': 'a time such as 2026-01-31T18:00:00Z',
  date: 'a date such as 2026-01-31',
  time: 'a time of day such as 18:00:00Z',
  duration: 'a duration such as PT1H30M',
  uri: 'an absolute address such as https://example.com',
  email: 'an e-mail address',
  uuid: 'a UUID',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  hostname: 'a host name',
}

function countOf(error: ErrorObject): string | undefined {
  if (error.keyword !== 'minProperties' && error.keyword !== 'maxProperties') return undefined
  const keys = isObject(error.data) ? Object.keys(error.data) : []
  return keys.length === 0
    ? 'none'
    : keys
        .slice(0, 10)
        .map((key) => `\`${key}\``)
        .join(', ')
}

export function unknownKey(pointer: string, key: string, names: readonly string[]): SchemaComplaint {
  const meant = nearest(key, names)
  const listed = names.slice(0, 20).map((name) => `\`${name}\``)
  return {
    code: 'lang.schema_mismatch',
    pointer: pointerJoin(pointer, key),
    part: 'key',
    message: `${nameOf(pointer)} has no key \`${key}\`.`,
    found: key,
    ...(listed.length === 0 ? {} : { expected: `one of ${listed.join(', ')}` }),
    hint: meant === undefined ? `Remove \`${key}\`.` : `Did you mean \`${meant}\`?`,
  }
}

function choice(
  base: { code: string; pointer: string; part: 'value' },
  where: string,
  error: ErrorObject,
  allowed: unknown[],
): SchemaComplaint {
  const words = allowed.slice(0, 20).map((each) => `\`${typeof each === 'string' ? each : JSON.stringify(each)}\``)
  const expected = words.length === 1 ? (words[0] ?? '') : `one of ${words.join(', ')}`
  const texts = allowed.filter((each): each is string => typeof each === 'string')
  const meant = typeof error.data === 'string' ? nearest(error.data, texts) : undefined
  return {
    ...base,
    message: `${where} must be ${expected}; found ${shown(error.data)}.`,
    expected,
    found: shown(error.data),
    ...(meant === undefined ? {} : { hint: `Did you mean \`${meant}\`?` }),
  }
}

function expectedOf(schema: Record<string, unknown>): string {
  const branches = [schema['anyOf'], schema['oneOf']].flat().filter(isObject)
  const types = new Set(
    branches.flatMap((branch) => [branch['type']].flat()).filter((type) => typeof type === 'string'),
  )
  return types.size === 0 ? 'one of several forms' : [...types].map(typeName).join(' or ')
}

function nameOf(pointer: string): string {
  const parts = pointerParse(pointer)
  return parts.length === 0 ? 'The value' : `\`${parts.join('.')}\``
}

function typeName(type: unknown): string {
  const names: Record<string, string> = {
    object: 'a mapping',
    array: 'a list',
    string: 'text',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    null: 'null',
  }
  return names[String(type)] ?? String(type)
}

/** A value as a person would name it; long ones by their kind. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return value.length > 60 ? `the text "${value.slice(0, 60)}…"` : `the text "${value}"`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isObject(value)) return 'a mapping'
  return String(value)
}

function valueAt(root: unknown, pointer: string): unknown {
  let value = root
  for (const part of pointerParse(pointer)) value = (value as Record<string, unknown> | undefined)?.[part]
  return value
}
