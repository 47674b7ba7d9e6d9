// A JSON Schema as rows of a reference table: each property with its path, type, default and what it is for.

import { isObject } from '@millrace/stdx'

export interface SchemaRow {
  readonly path: string
  readonly depth: number
  readonly type: string
  readonly required: boolean
  readonly default: string | undefined
  readonly about: string
}

/** Deeper than this, a property's own schema says `object` and no more. */
const depthMax = 4

export function schemaRows(schema: unknown): readonly SchemaRow[] {
  return rowsOf(schema, '', 0)
}

function rowsOf(schema: unknown, prefix: string, depth: number): readonly SchemaRow[] {
  if (!isObject(schema) || depth >= depthMax) return []
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  return Object.entries(properties).flatMap(([name, property]) => {
    const own = isObject(property) ? property : {}
    const path = prefix === '' ? name : `${prefix}.${name}`
    const row: SchemaRow = {
      path,
      depth,
      type: typeName(own),
      required: required.has(name),
      default: 'default' in own ? JSON.stringify(own['default']) : undefined,
      about: typeof own['description'] === 'string' ? own['description'] : '',
    }
    const items = isObject(own['items']) ? rowsOf(own['items'], `${path}[]`, depth + 1) : []
    return [row, ...rowsOf(own, path, depth + 1), ...items]
  })
}

/** `string (uri)`, `"GET" or "POST"`, `list of number`, `text or object`. */
export function typeName(schema: Record<string, unknown>): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' or ')
  if ('const' in schema) return JSON.stringify(schema['const'])
  const options = schema['oneOf'] ?? schema['anyOf']
  if (Array.isArray(options)) {
    return [...new Set(options.map((option) => typeName(isObject(option) ? option : {})))].join(' or ')
  }
  const { type, format, items } = schema
  if (Array.isArray(type)) return type.join(' or ')
  if (type === 'array') return `list of ${isObject(items) ? typeName(items) : 'anything'}`
  if (typeof type === 'string') return typeof format === 'string' ? `${type} (${format})` : type
  return 'anything'
}
