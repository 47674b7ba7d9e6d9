// A JSON Schema as rows of a table: each value by its path, what it is, and what it is for.

import { isObject, type JsonObject } from '@millrace/stdx'
import { code, table } from './markdown.ts'

interface Row {
  readonly path: string
  readonly type: string
  readonly required: boolean
  readonly default: string | undefined
  readonly about: string
}

export interface SchemaTableOptions {
  /** Markdown for where a `$ref` leads. */
  readonly linkOf?: (reference: string) => string
  /** Something that is read: nobody has to give it, and nothing stands in for it. */
  readonly isAnswer?: boolean
}

/** A table of everything that the schema names; without any, its description. */
export function schemaTable(schema: JsonObject, options: SchemaTableOptions = {}): string {
  const rows = rowsOf(schema, '', options)
  if (rows.length === 0) return aboutOf(schema) || `Type: ${typeOf(schema, options)}.`
  const hasDefaults = options.isAnswer !== true && rows.some((row) => row.default !== undefined || row.required)
  return table(
    ['key', 'type', ...(hasDefaults ? ['default'] : []), 'meaning'],
    rows.map((row) => [
      code(row.path),
      row.type,
      ...(hasDefaults ? [row.required ? '*required*' : row.default === undefined ? '' : code(row.default)] : []),
      row.about,
    ]),
  )
}

function rowsOf(schema: JsonObject, prefix: string, options: SchemaTableOptions): readonly Row[] {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  const named = Object.entries(objectIn(schema, 'properties')).flatMap(([name, property]) => {
    if (!isObject(property)) return []
    const path = prefix === '' ? name : `${prefix}.${name}`
    return [
      rowOf(path, property as JsonObject, required.has(name), options),
      ...below(property as JsonObject, path, options),
    ]
  })
  return named
}

function below(schema: JsonObject, path: string, options: SchemaTableOptions): readonly Row[] {
  const { items, additionalProperties } = schema
  return [
    ...rowsOf(schema, path, options),
    ...(isObject(items) ? rowsOf(items as JsonObject, `${path}[]`, options) : []),
    ...(isObject(additionalProperties) ? rowsOf(additionalProperties as JsonObject, `${path}.*`, options) : []),
  ]
}

function rowOf(path: string, schema: JsonObject, required: boolean, options: SchemaTableOptions): Row {
  const fallback = schema['default']
  return {
    path,
    required,
    type: typeOf(schema, options),
    default: fallback === undefined ? undefined : JSON.stringify(fallback),
    about: [aboutOf(schema), boundsOf(schema)].filter((part) => part !== '').join(' '),
  }
}

function aboutOf(schema: JsonObject): string {
  const about = schema['description']
  return typeof about === 'string' ? about : ''
}

/** `string`, `GET` or `POST`, list of number, mapping of string. */
export function typeOf(schema: JsonObject, options: SchemaTableOptions = {}): string {
  const { $ref: reference, enum: values, const: only, type, items, format, additionalProperties } = schema
  if (typeof reference === 'string') return options.linkOf?.(reference) ?? code(reference)
  if (Array.isArray(values)) return values.map((value) => code(plain(value))).join(', ')
  if (only !== undefined) return code(plain(only))
  const choices = schema['oneOf'] ?? schema['anyOf']
  if (type === undefined && Array.isArray(choices)) {
    return [...new Set(choices.map((choice) => typeOf(isObject(choice) ? (choice as JsonObject) : {}, options)))].join(
      ' or ',
    )
  }
  if (Array.isArray(type)) return type.join(' or ')
  if (type === 'array') return `list of ${isObject(items) ? typeOf(items as JsonObject, options) : 'anything'}`
  if (type === 'object' && isObject(additionalProperties) && schema['properties'] === undefined) {
    return `mapping to ${typeOf(additionalProperties as JsonObject, options)}`
  }
  if (typeof type !== 'string') return 'anything'
  return typeof format === 'string' ? `${type} (${format})` : type
}

function boundsOf(schema: JsonObject): string {
  const { minimum, maximum, maxLength, maxItems, pattern } = schema
  const isWhole = typeof minimum === 'number' && typeof maximum === 'number' && schema['type'] === 'integer'
  const bounds = [
    isWhole ? `From ${minimum} to ${maximum}.` : '',
    typeof maxLength === 'number' ? `At most ${maxLength} characters.` : '',
    typeof maxItems === 'number' ? `At most ${maxItems}.` : '',
    typeof pattern === 'string' && aboutOf(schema) === '' ? `Fits ${code(pattern)}.` : '',
  ]
  return bounds.filter((bound) => bound !== '').join(' ')
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function objectIn(schema: JsonObject, key: string): JsonObject {
  const value = schema[key]
  return isObject(value) ? (value as JsonObject) : {}
}
