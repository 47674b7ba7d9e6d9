// Names and functions inside `{{ … }}`, by where it stands.

import { functionReference } from '@millrace/lang'
import { isObject, type Json, type JsonObject } from '@millrace/stdx'
import { aboutOf, taskAbout, typeOf } from './complete-grammar.ts'
import type { Suggestion } from './completion.ts'
import {
  type DocumentNames,
  type ExpressionScope,
  itemScope,
  knownParts,
  runScope,
  startScope,
  stepParts,
  stepScope,
  taskParts,
  taskScope,
  withRoots,
} from './expression-scope.ts'
import { type Path, schemasAt, valueAt } from './grammar-place.ts'
import { graphOf } from './parse-graph.ts'
import type { CursorPlace } from './place.ts'
import type { PluginDescription } from './plugins.ts'

type Plugins = ReadonlyMap<string, PluginDescription>

export function expressionCompletions(
  place: CursorPlace,
  document: JsonObject,
  plugins: Plugins,
): readonly Suggestion[] {
  const scope = scopeAt(place.path, document)
  if (place.before.length === 0) {
    const roots = scope.roots.map((root) => name(root, 'name', rootAbout(root)))
    return place.word.startsWith('$') ? functions() : [...roots, ...functions()]
  }
  return membersOf(place.before, scope, place.path, document, plugins)
}

export function scopeAt(path: Path, document: JsonObject): ExpressionScope {
  const inputs = isObject(document['inputs']) ? Object.keys(document['inputs']) : []
  const names: DocumentNames = { ...graphOf(document['tasks']), inputs: new Set(inputs) }
  const [section, task, part, index, key] = path
  if (section === 'concurrency') return startScope(names)
  if (section !== 'tasks' || typeof task !== 'string') return runScope(names)
  const written = valueAt(document, ['tasks', task])
  const when = valueAt(written, ['when'])
  const outer = taskScope(names, task, typeof when === 'string' ? when : 'completed')
  if (part !== 'steps' || typeof index !== 'number') return outer
  const as = valueAt(written, ['forEach', 'as'])
  const each = names.tasks.get(task)?.forEach ? itemScope(outer, typeof as === 'string' ? as : 'item') : outer
  const steps = valueAt(written, ['steps'])
  const earlier = (Array.isArray(steps) ? (steps as Json[]) : []).slice(0, index).map((step) => valueAt(step, ['id']))
  const scope = stepScope(
    each,
    earlier.filter((id) => typeof id === 'string'),
  )
  if (key === 'retry') return withRoots(scope, 'error')
  return key === 'repeat' || key === 'paginate' ? withRoots(scope, 'output') : scope
}

function membersOf(
  before: readonly string[],
  scope: ExpressionScope,
  path: Path,
  document: JsonObject,
  plugins: Plugins,
): readonly Suggestion[] {
  const [root = '', second, third, fourth, fifth] = before
  if (!scope.roots.includes(root)) return []
  if (root === 'output') return outputOf(valueAt(document, path.slice(0, 4)), before.slice(1), plugins)
  if (second === undefined) return childrenOf(root, scope, path, document)
  if (root === 'steps') {
    const step = stepNamed(valueAt(document, path.slice(0, 3)), second)
    return third === undefined
      ? parts(stepParts)
      : third === 'output'
        ? outputOf(step, before.slice(3), plugins)
        : errorParts(third)
  }
  if (root !== 'tasks') return []
  const task = valueAt(document, ['tasks', second])
  const steps = valueAt(task, ['steps'])
  const each = scope.tasks.get(second)?.forEach === true
  if (third === undefined) return parts(each ? taskParts.filter((part) => part !== 'steps') : taskParts)
  if (third === 'output' && !each && Array.isArray(steps))
    return outputOf(steps.at(-1) as Json, before.slice(3), plugins)
  if (third !== 'steps' || each) return errorParts(third)
  if (fourth === undefined) return (scope.tasks.get(second)?.steps ?? []).map((id) => name(id, 'step', ''))
  if (fifth === undefined) return parts(stepParts)
  return fifth === 'output' ? outputOf(stepNamed(steps, fourth), before.slice(5), plugins) : errorParts(fifth)
}

function childrenOf(root: string, scope: ExpressionScope, path: Path, document: JsonObject): readonly Suggestion[] {
  if (root === 'inputs') {
    return [...scope.inputs].map((input) => {
      const schema = valueAt(document, ['inputs', input])
      return { ...name(input, 'input', aboutOf(schema)), detail: typeOf(schema) }
    })
  }
  if (root === 'steps') {
    const steps = valueAt(document, path.slice(0, 3))
    return scope.steps.map((id) => ({ ...name(id, 'step', ''), detail: pluginOf(stepNamed(steps, id)) }))
  }
  if (root === 'tasks') {
    return [...scope.ended].map((task) => name(task, 'task', taskAbout(valueAt(document, ['tasks', task]))))
  }
  return parts(knownParts[root] ?? [])
}

/** What the plugin's description says of its output. A step that pages yields a list, of which nothing is said. */
function outputOf(step: Json | undefined, inside: Path, plugins: Plugins): readonly Suggestion[] {
  const schema = plugins.get(pluginOf(step))?.output
  if (schema === undefined) return []
  const found = new Map<string, Suggestion>()
  for (const each of schemasAt(schema, inside)) {
    for (const [key, property] of Object.entries(isObject(each['properties']) ? each['properties'] : {})) {
      const detail = typeOf(property as Json)
      if (!found.has(key)) found.set(key, { ...name(key, 'name', aboutOf(property as Json)), detail })
    }
  }
  return [...found.values()]
}

function errorParts(part: string): readonly Suggestion[] {
  return part === 'error' ? parts(knownParts['error'] ?? []) : []
}

function stepNamed(steps: Json | undefined, id: string): Json | undefined {
  return Array.isArray(steps) ? (steps as Json[]).find((step) => valueAt(step, ['id']) === id) : undefined
}

function pluginOf(step: Json | undefined): string {
  const plugin = valueAt(step, ['plugin'])
  return typeof plugin === 'string' ? plugin : ''
}

function parts(names: readonly string[]): readonly Suggestion[] {
  return names.map((each) => name(each, 'name', partAbout[each] ?? ''))
}

function name(label: string, kind: Suggestion['kind'], documentation: string): Suggestion {
  return { label, insert: label, detail: kind === 'name' ? '' : kind, documentation, kind }
}

function functions(): readonly Suggestion[] {
  return Object.entries(functionReference).map(([label, { parameters, about }]) => ({
    label: `$${label}`,
    insert: `$${label}(`,
    detail: `(${parameters})`,
    documentation: about,
    kind: 'function',
  }))
}

const roots: Readonly<Record<string, string>> = {
  inputs: 'What the run was given.',
  steps: 'Earlier steps of this task: `steps.<id>.output`.',
  tasks: 'Tasks that have ended: `tasks.<name>.output`.',
  trigger: 'What started the run: `kind`, `name`, `payload`.',
  run: 'This run: `id`, `attempt`, `startedAt`.',
  env: 'Variables of the environment.',
  error: 'What went wrong: `code`, `message`, `retryable`.',
  output: 'The output of this call.',
  loop: 'Where the `forEach` is: `index`, `count`.',
}

export function rootAbout(root: string): string {
  return Object.hasOwn(roots, root) ? (roots[root] ?? '') : 'The item of the `forEach`, or with `batch` a list of them.'
}

const partAbout: Readonly<Record<string, string>> = {
  output: 'What it yielded.',
  steps: 'Its steps, by id.',
  error: 'What went wrong, if it failed.',
  state: 'How it ended: `completed`, `failed`, `skipped`, `cancelled`.',
}
