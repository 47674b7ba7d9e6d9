// What the language says of a place in a document: the shape there, or, inside `with`, the plugin's schema.

import { isObject, type Json, type JsonObject } from '@millrace/stdx'
import { playbookShape } from './grammar.ts'
import type { PluginDescription } from './plugins.ts'
import type { Key, Shape } from './shape.ts'

export type Path = readonly (string | number)[]

export interface GrammarPlace {
  readonly shape: Shape
  /** The key under which the value stands, where it is one of the language's own. */
  readonly key?: Key
  /** Keys and indices that go on inside a `with`, a schema or a value. */
  readonly inside: Path
}

/** Undefined where the language has nothing. */
export function grammarAt(path: Path): GrammarPlace | undefined {
  let shape: Shape = playbookShape
  let key: Key | undefined
  for (const [i, part] of path.entries()) {
    if (shape.kind === 'map') {
      shape = shape.of
      key = undefined
    } else if (shape.kind === 'list' && typeof part === 'number') {
      shape = shape.of
      key = undefined
    } else if (shape.kind === 'object') {
      key = Object.hasOwn(shape.keys, part) ? shape.keys[part] : undefined
      if (key === undefined) return undefined
      shape = key.shape
    } else {
      const holds = shape.kind === 'mapping' || shape.kind === 'value' || shape.kind === 'schema'
      return holds ? { shape, inside: path.slice(i) } : undefined
    }
  }
  return { shape, inside: [], ...(key === undefined ? {} : { key }) }
}

export function valueAt(document: Json | undefined, path: Path): Json | undefined {
  let value: Json | undefined = document
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string | number, Json>)[part]
  }
  return value
}

/** The plugin of the step in which a path stands. */
export function pluginAt(
  document: JsonObject,
  path: Path,
  plugins: ReadonlyMap<string, PluginDescription>,
): PluginDescription | undefined {
  const name = path[2] === 'steps' ? valueAt(document, [...path.slice(0, 4), 'plugin']) : undefined
  return typeof name === 'string' ? plugins.get(name) : undefined
}

/** All schemas that may hold at a path within a schema: of alternatives, each one. */
export function schemasAt(schema: Json | undefined, path: Path): readonly JsonObject[] {
  let here = alternatives(schema)
  for (const part of path) here = here.flatMap((each) => childrenOf(each, part))
  return here
}

function childrenOf(schema: JsonObject, part: string | number): readonly JsonObject[] {
  if (typeof part === 'number') return alternatives(schema['items'])
  const properties = schema['properties']
  if (isObject(properties) && Object.hasOwn(properties, part)) return alternatives(properties[part] as Json)
  return alternatives(schema['additionalProperties'])
}

function alternatives(schema: Json | undefined): readonly JsonObject[] {
  if (!isObject(schema)) return []
  const known = schema as JsonObject
  const branches = ['oneOf', 'anyOf', 'allOf'].flatMap((keyword) =>
    Array.isArray(known[keyword]) ? (known[keyword] as Json[]) : [],
  )
  return [known, ...branches.flatMap((branch) => alternatives(branch))]
}
