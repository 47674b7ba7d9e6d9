// Where the cursor stands in a text that may be half typed. A mark is put where the word under the cursor ends, the text is
// read with it, and the mark is looked for in what could be made out: as a key, as a value, or inside an expression.

import { readYaml } from '@millrace/lang'
import { isObject, type Json } from '@millrace/stdx'

export interface CursorPlace {
  /** Offsets of the word under the cursor. */
  readonly from: number
  readonly to: number
  readonly word: string
  /** Keys and indices that lead to the mapping or list in which the word stands; for a value, to the value itself. */
  readonly path: readonly (string | number)[]
  readonly as: 'key' | 'value' | 'expression'
  /** In an expression, the names before the word: `steps.get.ou` → ['steps', 'get']. */
  readonly before: readonly string[]
  /** All of the document that could be made out, without the mark. */
  readonly document: Readonly<Record<string, Json>>
  /** A key is already followed by a colon. */
  readonly colon: boolean
}

const mark = 'ꓘmarkꓘ'

export function placeAt(text: string, offset: number): CursorPlace | undefined {
  const open = openExpression(text, offset)
  const letters = open ? /[\w$]*$/ : /[\w.\-$]*$/
  const from = offset - (letters.exec(text.slice(Math.max(0, offset - 200), offset))?.[0].length ?? 0)
  const rest = (open ? /^[\w$]*/ : /^[\w.-]*/).exec(text.slice(offset, offset + 200))?.[0] ?? ''
  const to = offset + rest.length
  const word = text.slice(from, to)
  const colon = /^["']?\s*:(\s|$)/.test(text.slice(to, to + 20))
  for (const written of markings(text, to, { word, open, colon })) {
    const { partial } = readYaml(written)
    const found = partial === undefined ? undefined : find(partial, [])
    if (found === undefined) continue
    const as = open ? 'expression' : found.as
    if (open && found.as === 'key') continue
    const before = open ? namesBefore(text.slice(0, from)) : []
    const document = isObject(partial) ? (unmarked(partial as Json) as Record<string, Json>) : {}
    return { from, to, word, path: found.path, as, before, document, colon }
  }
  return undefined
}

/** Ways to write the mark: as it stands, as a key with its colon, and with what the line leaves open closed. */
function markings(text: string, to: number, at: { word: string; open: boolean; colon: boolean }): string[] {
  const marked = `${text.slice(0, to)}${mark}${text.slice(to)}`
  if (at.open) return [marked, closed(text, to, `${mark} }}`)]
  const line = text.slice(text.lastIndexOf('\n', to - 1) + 1, to - at.word.length)
  // Alone on its line, a word begins a key, unless the list it stands in holds names.
  const alone = /^\s*(- +)*$/.test(line) && !at.colon
  return alone
    ? [`${text.slice(0, to)}${mark}:${text.slice(to)}`, marked, closed(text, to, mark)]
    : [marked, closed(text, to, mark), `${text.slice(0, to)}${mark}:${text.slice(to)}`]
}

/** With the quotes and brackets that the line opens before the cursor closed behind it, and the rest of the line dropped. */
function closed(text: string, to: number, put: string): string {
  const begin = text.lastIndexOf('\n', to - 1) + 1
  const end = text.indexOf('\n', to)
  const open: string[] = []
  let quote = ''
  for (const letter of text.slice(begin, to).replaceAll('{{', '')) {
    if (quote !== '') {
      if (letter === quote) quote = ''
    } else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '[' || letter === '{') open.unshift(letter === '[' ? ']' : '}')
    else if (letter === ']' || letter === '}') open.shift()
  }
  return `${text.slice(0, to)}${put}${quote}${open.join('')}${end < 0 ? '' : text.slice(end)}`
}

/** Whether `{{` stands open before the cursor; an expression does not reach over more than some lines. */
function openExpression(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - 4000), offset)
  const open = before.lastIndexOf('{{')
  return open >= 0 && before.indexOf('}}', open) < 0
}

/** The names that lead to the word, as far as they follow each other: `steps.get.` → ['steps', 'get']. */
function namesBefore(text: string): string[] {
  const path = /(?:\$\$\.)?((?:[A-Za-z_]\w*\.)+)$/.exec(text.slice(-500))?.[1]
  return path === undefined ? [] : path.slice(0, -1).split('.')
}

interface Found {
  readonly path: readonly (string | number)[]
  readonly as: 'key' | 'value'
}

function find(value: Json, path: readonly (string | number)[]): Found | undefined {
  if (typeof value === 'string') return value.includes(mark) ? { path, as: 'value' } : undefined
  if (Array.isArray(value)) {
    for (const [i, item] of (value as Json[]).entries()) {
      const found = find(item, [...path, i])
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isObject(value)) return undefined
  for (const [key, item] of Object.entries(value as Record<string, Json>)) {
    if (key.includes(mark)) return { path, as: 'key' }
    const found = find(item, [...path, key])
    if (found !== undefined) return found
  }
  return undefined
}

function unmarked(value: Json): Json {
  if (typeof value === 'string') return value.replace(mark, '')
  if (Array.isArray(value)) return value.map((item: Json) => unmarked(item))
  if (!isObject(value)) return value
  const entries = Object.entries(value as Record<string, Json>).map(([key, item]) => [
    key.replace(mark, ''),
    unmarked(item),
  ])
  return Object.fromEntries(entries) as Json
}
