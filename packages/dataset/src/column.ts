// The columns of a dataset. Names stay as their author wrote them, as far as SQL can say them; types are what a person
// would choose for the kind: `mag` is a number, and so is `properties.mag`.

import { isObject, type JsonObject } from '@millrace/stdx'
import { type Kind, kindOfSchema, type ScalarKind } from './kind.ts'
import { columnsMax, fieldNameCharactersMax, typedPathsMax } from './limits.ts'

export interface DatasetColumn {
  /** In the table. */
  readonly name: string
  /** In the event. */
  readonly field: string
  readonly kind: Kind
  /** ClickHouse type. */
  readonly type: string
}

/** Columns of our own, at the end of every table. `_rest` holds what a given schema does not name. */
export const ownColumns = { at: '_at', rest: '_rest' } as const

const scalarTypes: Readonly<Record<ScalarKind, string>> = {
  boolean: 'Nullable(Bool)',
  integer: 'Nullable(Int64)',
  number: 'Nullable(Float64)',
  'date-time': "Nullable(DateTime64(6, 'UTC'))",
  string: 'Nullable(String)',
}

export function columnTypeOf(kind: Kind): string {
  switch (kind.kind) {
    case 'text':
      return 'Nullable(String)'
    case 'list':
      return `Array(${scalarTypes[kind.of]})`
    case 'object': {
      const paths = typedPaths(kind, [])
      return paths.length === 0 ? 'JSON' : `JSON(${paths.slice(0, typedPathsMax).sort().join(', ')})`
    }
    default:
      return scalarTypes[kind.kind]
  }
}

/** Nested scalars get their type, so that `sum(properties.mag)` needs no cast. A date-time in there stays text. */
function typedPaths(kind: Kind & { readonly kind: 'object' }, path: readonly string[]): string[] {
  return [...kind.fields].flatMap(([name, field]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) return []
    const here = [...path, `\`${name}\``]
    if (field.kind === 'object') return typedPaths(field, here)
    if (field.kind === 'text' || field.kind === 'list') return []
    return [`${here.join('.')} ${scalarTypes[field.kind === 'date-time' ? 'string' : field.kind]}`]
  })
}

/** Whether a field can be a column at all; a name that hides or forges something cannot. */
export function isFieldName(field: string): boolean {
  if (field === '' || field === '__proto__' || field.length > fieldNameCharactersMax) return false
  for (const character of field) if (character < ' ' || character === '`' || character === '\\') return false
  return true
}

/** The columns of a schema, in its order, each name once. Fields that cannot be columns are left out. */
export function columnsOf(schema: JsonObject): readonly DatasetColumn[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const taken = new Set<string>(Object.values(ownColumns))
  const columns: DatasetColumn[] = []
  for (const [field, fieldSchema] of Object.entries(properties)) {
    if (!isFieldName(field) || columns.length === columnsMax) continue
    const kind = kindOfSchema(fieldSchema)
    const name = freeName(field.replaceAll('.', '_'), taken)
    taken.add(name)
    columns.push({ name, field, kind, type: columnTypeOf(kind) })
  }
  return columns
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`
  return name
}
