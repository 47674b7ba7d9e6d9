// The language, from the grammar that checks it. What a grammar does not hold (where names exist, what a run does with all
// this) is written here.

import { functionReference } from '@millrace/lang'
import { countsMax, type Key, nameRules, type ObjectShape, playbookShape, type Shape } from '@millrace/playbook'
import { durationFormat } from '@millrace/stdx'
import { blocks, code, fenced, slugger, table } from './markdown.ts'
import { type Page, referencePage } from './page.ts'
import { playbookExamples } from './playbook-examples.ts'
import * as prose from './playbook-prose.ts'

/** Parts of the language in the order of the page, by the path that leads to them. */
interface Part {
  readonly path: string
  readonly shape: ObjectShape
}

export function playbookPage(): Page {
  const parts = partsOf('', playbookShape)
  const links = new Map(parts.map(({ path }) => [path, headingOf(path)]))
  const slug = slugger()
  const anchors = new Map([...links].map(([path, heading]) => [path, slug(heading)]))
  const text = blocks(
    '# The playbook language',
    prose.introduction,
    fenced('yaml', playbookExamples.whole),
    ...parts.flatMap((part) => partSection(part, anchors)),
    prose.names(nameRules),
    prose.expressions,
    table(
      ['function', 'yields'],
      Object.entries(functionReference).map(([name, { parameters, about }]) => [
        code(`$${name}(${parameters})`),
        about,
      ]),
    ),
    prose.runs,
  )
  return referencePage('playbook', '`packages/playbook/src/grammar.ts` and `scripts/docs/playbook-prose.ts`', text)
}

function headingOf(path: string): string {
  return path === '' ? 'The document' : `\`${path}\``
}

/** The object itself, then every object below it. A mapping's or list's path has a word for what stands in it. */
function partsOf(path: string, shape: Shape): readonly Part[] {
  switch (shape.kind) {
    case 'object': {
      const inner = Object.entries(shape.keys).flatMap(([name, key]) =>
        partsOf(path === '' ? name : `${path}.${name}`, key.shape),
      )
      return Object.keys(shape.keys).length === 0 ? inner : [{ path, shape }, ...inner]
    }
    case 'map':
      return partsOf(`${path}.<${shape.noun}>`, shape.of)
    case 'list':
      return partsOf(`${path}[]`, shape.of)
    default:
      return []
  }
}

function partSection({ path, shape }: Part, anchors: ReadonlyMap<string, string>): readonly string[] {
  const example = playbookExamples.parts[path]
  return [
    `## ${headingOf(path)}`,
    table(
      ['key', 'holds', 'default', 'meaning'],
      Object.entries(shape.keys).map(([name, key]) =>
        keyRow(name, key, path === '' ? name : `${path}.${name}`, anchors),
      ),
    ),
    prose.notes[path] ?? '',
    example === undefined ? '' : fenced('yaml', example),
  ]
}

function keyRow(name: string, key: Key, path: string, anchors: ReadonlyMap<string, string>): readonly string[] {
  const fallback = key.required === true ? '*required*' : key.default === undefined ? '' : code(written(key.default))
  // One word alone is no choice, and needs no words about it.
  const words = key.shape.kind === 'words' && Object.keys(key.shape.words).length > 1 ? wordsOf(key.shape.words) : ''
  return [
    code(name),
    kindOf(key.shape, path, anchors),
    fallback,
    [key.about, words].filter((it) => it !== '').join(' '),
  ]
}

function wordsOf(words: Readonly<Record<string, string>>): string {
  return Object.entries(words)
    .map(([word, about]) => `${code(word)}: ${about}`)
    .join(' ')
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function kindOf(shape: Shape, path: string, anchors: ReadonlyMap<string, string>): string {
  switch (shape.kind) {
    case 'object':
      return Object.keys(shape.keys).length === 0 ? '`{}`' : `[mapping](#${anchors.get(path)})`
    case 'map':
      return `mapping from ${shape.noun} to ${kindOf(shape.of, `${path}.<${shape.noun}>`, anchors)}${mostOf(shape.noun)}`
    case 'list':
      return `list of ${kindOf(shape.of, `${path}[]`, anchors)}`
    case 'text':
      return 'text'
    case 'name':
      return shape.refers === undefined ? `name (${shape.name})` : `name of a ${shape.refers}`
    case 'words':
      return Object.keys(shape.words).map(code).join(', ')
    case 'duration':
      return `duration${shape.msMin > 0 ? `, at least ${durationFormat(shape.msMin)}` : ''}`
    case 'whole':
      return `whole number, ${shape.min} to ${shape.max}`
    case 'expression':
      return shape.condition ? 'condition' : 'expression'
    case 'value':
      return 'any value'
    case 'mapping':
      return 'mapping'
    case 'schema':
      return 'JSON Schema'
  }
}

function mostOf(noun: string): string {
  const most = countsMax[noun]
  return most === undefined ? '' : `, at most ${most}`
}
