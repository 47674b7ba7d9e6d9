// The language as JSON Schema 2020-12, for editors elsewhere: the same declaration that drives the checks here. A schema
// cannot say all of it (names, circles, expressions), so that it accepts more than `parse`.

import type { Json, JsonObject } from '@millrace/stdx'
import { countsMax, playbookShape, stepShape } from './grammar.ts'
import type { PluginDescription } from './plugins.ts'
import { namePattern, type ObjectShape, type Shape } from './shape.ts'

const expressionPattern = '\\{\\{[\\s\\S]*\\}\\}'

/** The plugins' own schemas stand under `$defs`, each applied to the `with` of its steps. */
export function playbookSchema(plugins: ReadonlyMap<string, PluginDescription>): JsonObject {
  const definitions: Record<string, Json> = { step: stepSchema(plugins) }
  for (const plugin of plugins.values()) definitions[`with ${plugin.name}`] = withSchema(plugin)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Millrace playbook',
    ...schemaOf(playbookShape),
    $defs: definitions,
  }
}

function stepSchema(plugins: ReadonlyMap<string, PluginDescription>): JsonObject {
  const cases = [...plugins.values()].map((plugin) => ({
    if: { required: ['plugin'], properties: { plugin: { const: plugin.name } } },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, not a promise
    then: { properties: { with: { $ref: `#/$defs/${encodeURIComponent(`with ${plugin.name}`)}` } } },
  }))
  const names = [...plugins.values()].map((plugin) => ({ const: plugin.name, description: plugin.summary }))
  const step = objectSchema(stepShape)
  const properties = { ...(step['properties'] as JsonObject), plugin: { type: 'string', anyOf: [...names, {}] } }
  return { ...step, properties, allOf: cases }
}

/** A plugin's schema in which any value may be an expression, and a secret stands where one may. */
function withSchema(plugin: PluginDescription): JsonObject {
  return { ...(loosened(plugin.input) as JsonObject), description: plugin.summary }
}

/** Typed values may also be texts with `{{ … }}`, or `{ secret: name }`. */
function loosened(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema
  const result: Record<string, Json> = { ...(schema as JsonObject) }
  for (const keyword of ['properties', 'patternProperties']) {
    const held = result[keyword]
    if (typeof held !== 'object' || held === null || Array.isArray(held)) continue
    result[keyword] = Object.fromEntries(
      Object.entries(held as JsonObject).map(([name, each]) => [name, orExpression(each)]),
    )
  }
  for (const keyword of ['items', 'additionalProperties']) {
    const held = result[keyword]
    if (typeof held === 'object' && held !== null) result[keyword] = orExpression(held)
  }
  return result
}

function orExpression(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema
  const { description, default: fallback, ...rest } = schema as JsonObject
  if (Object.keys(rest).length === 0) return schema
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [loosened(rest), { type: 'string', pattern: expressionPattern }, secretSchema],
  }
}

const secretSchema: JsonObject = {
  type: 'object',
  description: 'A secret, by its name in `secrets`.',
  required: ['secret'],
  additionalProperties: false,
  properties: { secret: { type: 'string' } },
}

function objectSchema(shape: ObjectShape): JsonObject {
  const properties: Record<string, Json> = {}
  const required: string[] = []
  for (const [name, key] of Object.entries(shape.keys)) {
    properties[name] = {
      description: key.about,
      ...(key.default === undefined ? {} : { default: key.default }),
      ...(key.shape === stepShape ? { $ref: '#/$defs/step' } : schemaOf(key.shape)),
    }
    if (key.required === true) required.push(name)
  }
  return { type: 'object', additionalProperties: false, ...(required.length > 0 ? { required } : {}), properties }
}

function schemaOf(shape: Shape): JsonObject {
  switch (shape.kind) {
    case 'object':
      return shape === stepShape ? { $ref: '#/$defs/step' } : objectSchema(shape)
    case 'map':
      return {
        type: 'object',
        propertyNames: { pattern: namePattern(shape.name) },
        maxProperties: countsMax[shape.noun] ?? 0,
        additionalProperties: schemaOf(shape.of),
      }
    case 'list':
      return { type: 'array', minItems: shape.itemsMin, items: schemaOf(shape.of) }
    case 'text':
      return { type: 'string' }
    case 'name':
      return { type: 'string', pattern: namePattern(shape.name) }
    case 'words':
      return { enum: Object.keys(shape.words) }
    case 'duration':
      return { type: 'string', pattern: '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$' }
    case 'whole':
      return { type: 'integer', minimum: shape.min, maximum: shape.max }
    case 'expression':
      return shape.condition
        ? { anyOf: [{ type: 'boolean' }, { type: 'string', pattern: expressionPattern }] }
        : { type: 'string' }
    case 'value':
      return {}
    case 'mapping':
      return { type: 'object' }
    case 'schema':
      return { type: 'object', description: 'A JSON Schema.' }
  }
}
