// Keys and values of the language itself and of plugins' `with`.

import { isObject, type Json, type JsonObject } from '@millrace/stdx'
import type { Suggestion } from './completion.ts'
import { grammarAt, type Path, pluginAt, schemasAt, valueAt } from './grammar-place.ts'
import type { CursorPlace } from './place.ts'
import type { PluginDescription } from './plugins.ts'
import type { Shape } from './shape.ts'

type Plugins = ReadonlyMap<string, PluginDescription>

export function keyCompletions(place: CursorPlace, document: JsonObject, plugins: Plugins): readonly Suggestion[] {
  const at = grammarAt(place.path)
  if (at === undefined) return []
  const held = valueAt(document, place.path)
  const taken = new Set(isObject(held) ? Object.keys(held).filter((key) => key !== place.word) : [])
  if (at.shape.kind === 'object') {
    return Object.entries(at.shape.keys)
      .filter(([name]) => !taken.has(name))
      .map(([name, key]) =>
        keySuggestion(name, place, kindOf(key.shape) + (key.required ? ', required' : ''), key.about),
      )
  }
  if (at.shape.kind === 'list' && at.inside.length === 0) return itemCompletions(at.shape.of, place, document, plugins)
  if (at.shape.kind === 'name') return valueCompletions(place, document, plugins)
  if (at.shape.kind === 'schema')
    return schemaKeywords
      .filter(([name]) => !taken.has(name))
      .map(([name, about]) => keySuggestion(name, place, '', about))
  if (at.shape.kind !== 'mapping') return []
  return propertiesAt(place.path, at.inside, document, plugins)
    .filter(({ name }) => !taken.has(name))
    .map(({ name, schema, required }) =>
      keySuggestion(name, place, typeOf(schema) + (required ? ', required' : ''), aboutOf(schema)),
    )
}

export function valueCompletions(place: CursorPlace, document: JsonObject, plugins: Plugins): readonly Suggestion[] {
  const at = grammarAt(place.path)
  if (at === undefined) return []
  if (at.inside.length === 0 && at.shape.kind !== 'mapping') {
    return [...shapeValues(at.shape, place, document, plugins), ...defaultOf(at.key?.default)]
  }
  if (at.shape.kind === 'schema' && at.inside.at(-1) === 'type') {
    return schemaTypes.map((type) => value(type, 'type', ''))
  }
  if (at.shape.kind !== 'mapping') return []
  const plugin = pluginAt(document, place.path, plugins)
  const pointer = `/${at.inside.join('/')}`
  const takesSecret = plugin?.secrets.some((pattern) => matches(pattern, pointer)) ?? false
  return [
    ...schemasAt(plugin?.input, at.inside).flatMap((schema) => schemaValues(schema)),
    ...(takesSecret ? secretNames(document).map((name) => secret(name)) : []),
  ]
}

function matches(pattern: string, pointer: string): boolean {
  const wanted = pattern.split('/')
  const given = pointer.split('/')
  return wanted.length === given.length && wanted.every((part, i) => part === '*' || part === given[i])
}

function itemCompletions(of: Shape, place: CursorPlace, document: JsonObject, plugins: Plugins): readonly Suggestion[] {
  return of.kind === 'name' ? shapeValues(of, place, document, plugins) : []
}

function shapeValues(shape: Shape, place: CursorPlace, document: JsonObject, plugins: Plugins): readonly Suggestion[] {
  switch (shape.kind) {
    case 'words':
      return Object.entries(shape.words).map(([word, about]) => value(word, '', about))
    case 'list':
      return shape.of.kind === 'name' ? shapeValues(shape.of, place, document, plugins) : []
    case 'name':
      return named(shape.refers, place, document, plugins)
    case 'expression':
      return shape.condition ? [expression, value('true', '', ''), value('false', '', '')] : [expression]
    case 'value':
      return [expression]
    case 'duration':
      return ['500ms', '10s', '1m', '10m', '1h'].map((each) => value(each, 'duration', ''))
    default:
      return []
  }
}

const expression: Suggestion = {
  label: '{{ … }}',
  insert: '"{{  }}"',
  detail: 'expression',
  documentation: 'JSONata over `inputs`, `steps`, `tasks`, …',
  kind: 'value',
}

function named(
  refers: string | undefined,
  place: CursorPlace,
  document: JsonObject,
  plugins: Plugins,
): readonly Suggestion[] {
  if (refers === 'plugin') {
    return [...plugins.values()].map(({ name, summary, side }) => {
      return {
        label: name,
        insert: name,
        detail: side === 'engine' ? 'engine' : '',
        documentation: summary,
        kind: 'plugin',
      }
    })
  }
  if (refers === 'pool') return [value('default', 'pool', 'The workers of this installation.')]
  if (refers !== 'task') return []
  const tasks = isObject(document['tasks']) ? (document['tasks'] as JsonObject) : {}
  const own = place.path[1]
  const needs = valueAt(document, place.path.slice(0, 3))
  const taken = Array.isArray(needs) ? needs : []
  return Object.keys(tasks)
    .filter((name) => name !== own && name !== '' && (name === place.word || !taken.includes(name)))
    .map((name) => ({ label: name, insert: name, detail: 'task', documentation: taskAbout(tasks[name]), kind: 'task' }))
}

export function taskAbout(task: Json | undefined): string {
  const about = valueAt(task, ['description'])
  const steps = valueAt(task, ['steps'])
  const plugins = Array.isArray(steps) ? steps.map((step: Json) => String(valueAt(step, ['plugin']) ?? '?')) : []
  return [typeof about === 'string' ? about : '', plugins.length === 0 ? '' : `Steps: ${plugins.join(' → ')}`]
    .filter(Boolean)
    .join('\n\n')
}

export function secretNames(document: JsonObject): string[] {
  const secrets = document['secrets']
  return Array.isArray(secrets) ? secrets.filter((name): name is string => typeof name === 'string') : []
}

function secret(name: string): Suggestion {
  const documentation = 'Resolved by the worker at the last moment; never part of the run’s record.'
  return {
    label: `{ secret: ${name} }`,
    insert: `{ secret: ${name} }`,
    detail: 'secret',
    documentation,
    kind: 'secret',
  }
}

function keySuggestion(name: string, place: CursorPlace, detail: string, documentation: string): Suggestion {
  return { label: name, insert: place.colon ? name : `${name}: `, detail, documentation, kind: 'key' }
}

function value(label: string, detail: string, documentation: string): Suggestion {
  return { label, insert: label, detail, documentation, kind: 'value' }
}

function defaultOf(given: Json | undefined): Suggestion[] {
  if (typeof given !== 'number') return []
  return [value(String(given), 'default', '')]
}

interface Property {
  readonly name: string
  readonly schema: Json
  readonly required: boolean
}

function propertiesAt(path: Path, inside: Path, document: JsonObject, plugins: Plugins): readonly Property[] {
  const plugin = pluginAt(document, path, plugins)
  const found = new Map<string, Property>()
  for (const schema of schemasAt(plugin?.input, inside)) {
    const required = Array.isArray(schema['required']) ? schema['required'] : []
    for (const [name, each] of Object.entries(isObject(schema['properties']) ? schema['properties'] : {})) {
      if (!found.has(name) && each !== false)
        found.set(name, { name, schema: each as Json, required: required.includes(name) })
    }
  }
  return [...found.values()]
}

function schemaValues(schema: JsonObject): readonly Suggestion[] {
  const allowed = [schema['enum'], schema['const'], schema['examples']].flat().filter((each) => each !== undefined)
  const values = schema['type'] === 'boolean' ? [true, false] : allowed
  const fallback = schema['default']
  const all = fallback === undefined || values.includes(fallback) ? values : [fallback, ...values]
  return all
    .filter((each) => typeof each !== 'object' || each === null)
    .map((each) => value(String(each), each === fallback ? 'default' : '', aboutOf(schema)))
}

export function aboutOf(schema: Json | undefined): string {
  const about = valueAt(schema, ['description'])
  return typeof about === 'string' ? about : ''
}

export function typeOf(schema: Json | undefined): string {
  const type = valueAt(schema, ['type'])
  if (typeof type === 'string') return type
  return Array.isArray(type) ? type.join(' | ') : ''
}

export function kindOf(shape: Shape): string {
  const kinds: Readonly<Record<Shape['kind'], string>> = {
    object: 'mapping',
    map: 'mapping',
    mapping: 'mapping',
    list: 'list',
    text: 'text',
    name: 'name',
    words: 'word',
    duration: 'duration',
    whole: 'number',
    expression: 'expression',
    value: 'any value',
    schema: 'JSON Schema',
  }
  return kinds[shape.kind]
}

const schemaTypes = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']

const schemaKeywords: readonly (readonly [string, string])[] = [
  ['type', 'What kind of value: `string`, `number`, `integer`, `boolean`, `array`, `object`.'],
  ['default', 'What counts when it is not given; without it, it must be given.'],
  ['description', 'Shown in the form that starts a run.'],
  ['enum', 'The values it may have.'],
  ['format', 'Of a text: `uri`, `date`, `date-time`, `email`, `uuid`.'],
  ['pattern', 'A regular expression (RE2) that a text must match.'],
  ['minimum', 'The smallest number allowed.'],
  ['maximum', 'The largest number allowed.'],
  ['minLength', 'How short a text may be.'],
  ['maxLength', 'How long a text may be.'],
  ['items', 'The schema of each item of an array.'],
  ['properties', 'The schemas of the keys of an object.'],
  ['required', 'The keys that an object must have.'],
]
