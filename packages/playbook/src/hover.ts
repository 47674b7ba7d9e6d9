// What the word under the pointer means, for the editor.

import { functionReference } from '@millrace/lang'
import { isObject, type JsonObject } from '@millrace/stdx'
import { rootAbout, scopeAt } from './complete-expression.ts'
import { aboutOf, kindOf, taskAbout, typeOf } from './complete-grammar.ts'
import { grammarAt, type Path, pluginAt, schemasAt, valueAt } from './grammar-place.ts'
import type { ParseOptions } from './parsed.ts'
import { type CursorPlace, placeAt } from './place.ts'

export interface Hover {
  /** Markdown. */
  readonly markdown: string
  readonly from: number
  readonly to: number
}

type Plugins = ParseOptions['plugins']

export function hover(text: string, offset: number, options: Pick<ParseOptions, 'plugins'>): Hover | undefined {
  const place = placeAt(text, offset)
  if (place === undefined || place.word === '') return undefined
  const document = place.document as JsonObject
  const markdown =
    place.as === 'expression'
      ? expressionNote(place, document)
      : place.as === 'key'
        ? keyNote([...place.path, place.word], document, options.plugins)
        : valueNote(place, document, options.plugins)
  return markdown === undefined || markdown === '' ? undefined : { markdown, from: place.from, to: place.to }
}

function keyNote(path: Path, document: JsonObject, plugins: Plugins): string | undefined {
  const at = grammarAt(path)
  if (at === undefined) return undefined
  const word = String(path.at(-1))
  if (at.shape.kind === 'mapping' && at.inside.length > 0) {
    const schemas = schemasAt(pluginAt(document, path, plugins)?.input, at.inside)
    const schema = schemas.find((each) => aboutOf(each) !== '') ?? schemas[0]
    return schema === undefined ? undefined : note(word, typeOf(schema), aboutOf(schema), schema['default'])
  }
  if (at.key === undefined || at.inside.length > 0) return path.length === 2 ? ownNote(path, document) : undefined
  return note(word, kindOf(at.shape), at.key.about, at.key.default)
}

/** The playbook's own names: tasks and inputs. */
function ownNote(path: Path, document: JsonObject): string | undefined {
  const value = valueAt(document, path)
  if (path[0] === 'tasks') return note(String(path[1]), 'task', taskAbout(value), undefined)
  return path[0] === 'inputs'
    ? note(String(path[1]), typeOf(value), aboutOf(value), valueAt(value, ['default']))
    : undefined
}

function valueNote(place: CursorPlace, document: JsonObject, plugins: Plugins): string | undefined {
  const at = grammarAt(place.path)
  if (at === undefined) return undefined
  if (at.shape.kind === 'words') {
    const about = Object.hasOwn(at.shape.words, place.word) ? at.shape.words[place.word] : undefined
    return about === undefined ? undefined : note(place.word, '', about, undefined)
  }
  if (at.shape.kind === 'name' && at.shape.refers === 'plugin') {
    const plugin = plugins.get(place.word)
    return plugin === undefined ? undefined : note(plugin.name, 'plugin', plugin.summary, undefined)
  }
  if (at.shape.kind === 'name' && at.shape.refers === 'task') return ownNote(['tasks', place.word], document)
  return undefined
}

function expressionNote(place: CursorPlace, document: JsonObject): string | undefined {
  const { word, before } = place
  if (word.startsWith('$')) {
    const name = word.slice(1)
    const known = Object.hasOwn(functionReference, name) ? functionReference[name] : undefined
    return known === undefined ? undefined : `**\`$${name}(${known.parameters})\`**\n\n${known.about}`
  }
  const scope = scopeAt(place.path, document)
  if (before.length === 0) return scope.roots.includes(word) ? note(word, '', rootAbout(word), undefined) : undefined
  if (before.length > 1) return undefined
  if (before[0] === 'inputs' || before[0] === 'tasks')
    return isObject(document[before[0]]) ? ownNote([before[0], word], document) : undefined
  return undefined
}

function note(word: string, kind: string, about: string, fallback: unknown): string | undefined {
  const head = `**${word}**${kind === '' ? '' : ` · ${kind}`}`
  const without =
    fallback === undefined
      ? ''
      : `Without it: \`${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}\``
  return [head, about, without].filter(Boolean).join('\n\n')
}
