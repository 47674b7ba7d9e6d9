// YAML 1.2 (and so JSON) → a plain value with every position kept, or complaints. The text may come from anywhere: its
// size, depth and aliases are bounded before they cost anything.

import type { Complaint, Json } from '@millrace/stdx'
import { type Document, LineCounter, type Node, parseAllDocuments, type YAMLError } from 'yaml'
import type { Place, Source } from './contract.ts'
import { complaintsMax, yamlBytesMax, yamlDepthMax, yamlValuesMax } from './limits.ts'
import { offsetIn } from './scalar-offset.ts'
import { yamlIndex } from './yaml-index.ts'
import { yamlValue } from './yaml-value.ts'

export interface ReadYamlOptions {
  /** Default: 1 MiB. */
  readonly bytesMax?: number
}

/** Never throws. */
export function readYaml(text: string, options: ReadYamlOptions = {}): Source {
  const bytesMax = options.bytesMax ?? yamlBytesMax
  const lines = new LineCounter()
  // A character is at least one byte; the exact count is only worth its cost near the limit.
  if (text.length > bytesMax || (text.length * 3 > bytesMax && byteLength(text) > bytesMax)) {
    return refused(text, {
      code: 'lang.yaml_too_large',
      message: `The document has ${byteLength(text)} bytes; at most ${bytesMax} are allowed.`,
      hint: 'Split it; keep code and data in files of their own.',
    })
  }
  const { deepAt, marks } = survey(text)
  if (marks > yamlValuesMax) {
    return refused(text, {
      code: 'lang.yaml_too_large',
      message: `The document has ${marks} lines and entries; at most ${yamlValuesMax} are allowed.`,
      hint: 'Split it; keep code and data in files of their own.',
    })
  }
  if (deepAt !== undefined) {
    lines.addNewLine(0)
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
    return refused(text, { ...tooDeep, ...placeOf(lines, deepAt, deepAt + 1) })
  }
  let document: Document.Parsed
  let extra: readonly Complaint[]
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      version: '1.2',
    })
    const first = 'empty' in documents ? undefined : documents[0]
    if (first === undefined) return source(text, lines, undefined, null, null, [])
    document = first
    extra = severalDocuments('empty' in documents ? undefined : documents[1], lines)
  } catch (thrown) {
    // The parser recurses; what gets past the count above is still bounded by the stack.
    if (thrown instanceof RangeError) return refused(text, { ...tooDeep, line: 1, column: 1 })
    throw thrown
  }
  const syntax = [...document.errors, ...document.warnings]
    .slice(0, complaintsMax)
    .map((error) => syntaxComplaint(error, text, lines))
  const { value, faults } = yamlValue(document.contents)
  const complaints = unrepeated([
    ...syntax,
    ...extra,
    ...faults.map(({ start, end, ...fault }) => ({ ...fault, ...placeOf(lines, start, end) })),
  ])
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
    .slice(0, complaintsMax)
  return source(text, lines, document.contents, complaints.length === 0 ? value : undefined, value, complaints)
}

/** One open bracket is noticed by each level around it. */
function unrepeated(complaints: readonly Complaint[]): Complaint[] {
  const places = new Set<string>()
  return complaints.filter(({ code, line, column }) => {
    const place = `${code} ${line}:${column}`
    return !places.has(place) && places.add(place)
  })
}

const tooDeep: Complaint = {
  code: 'lang.yaml_too_deep',
  message: `The document is nested deeper than ${yamlDepthMax} levels.`,
  expected: `at most ${yamlDepthMax} levels`,
  hint: 'Flatten it.',
}

function source(
  text: string,
  lines: LineCounter,
  root: Node | null | undefined,
  value: Json | undefined,
  partial: Json | undefined,
  complaints: readonly Complaint[],
): Source {
  const index = yamlIndex(root ?? null)
  return {
    text,
    value,
    partial,
    complaints,
    place(pointer, part = 'value') {
      const [start, end] = index.range(pointer, part)
      return placeOf(lines, start, end)
    },
    placeIn(pointer, offset, length = 1) {
      const scalar = index.scalar(pointer)
      if (scalar === undefined) return this.place(pointer)
      const start = offsetIn(text, scalar, offset)
      const last = length <= 1 ? start : offsetIn(text, scalar, offset + length - 1)
      return placeOf(lines, start, Math.max(start, last) + 1)
    },
  }
}

function refused(text: string, complaint: Complaint): Source {
  const start: Place = { line: 1, column: 1, endLine: 1, endColumn: 1 }
  return {
    text,
    value: undefined,
    partial: undefined,
    complaints: [{ ...start, ...complaint, pointer: '' }],
    place: () => start,
    placeIn: () => start,
  }
}

function placeOf(lines: LineCounter, start: number, end: number): Place {
  const from = lines.linePos(start)
  const to = lines.linePos(Math.max(start, end))
  return {
    line: Math.max(1, from.line),
    column: Math.max(1, from.col),
    endLine: Math.max(1, to.line),
    endColumn: Math.max(1, to.col),
  }
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/**
 * What parsing would meet: where brackets or dashes nest beyond the limit, and how many places can begin a value. Quotes
 * are not heeded, so that the limits are meant for more than people write.
 */
function survey(text: string): { deepAt: number | undefined; marks: number } {
  let open = 0
  let dashes = 0
  let marks = 0
  let fresh = true
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at)
    if (letter === newline) {
      fresh = true
      dashes = 0
      marks++
    } else if (fresh && (letter === dash || letter === question) && text.charCodeAt(at + 1) <= 0x20) {
      if (++dashes > yamlDepthMax) return { deepAt: at, marks }
    } else if (letter !== 0x20) fresh = false
    if (letter === 0x5b || letter === 0x7b) open++
    else if ((letter === 0x5d || letter === 0x7d) && open > 0) open--
    else if (letter === comma) marks++
    if (open > bracketsMax) return { deepAt: at, marks }
  }
  return { deepAt: undefined, marks }
}

const newline = 0x0a
const comma = 0x2c
const dash = 0x2d
const question = 0x3f

/** Brackets in code and text count too, so this is looser than the depth that is checked on the nodes. */
const bracketsMax = 1_000

function severalDocuments(second: Document.Parsed | undefined, lines: LineCounter): Complaint[] {
  if (second === undefined) return []
  const start = second.range?.[0] ?? 0
  return [
    {
      code: 'lang.yaml_several_documents',
      message: 'The text holds more than one document; a second one begins here.',
      expected: 'one document',
      hint: 'Remove the line `---`, or make it a file of its own.',
      ...placeOf(lines, start, start + 1),
    },
  ]
}

function syntaxComplaint(error: YAMLError, text: string, lines: LineCounter): Complaint {
  const [start, end] = error.pos
  const place = placeOf(lines, start, end)
  const message = error.message.replace(/\s+/g, ' ').replace(/[.:]?$/, '.')
  const tab = tabBefore(text, start) ?? (error.code === 'TAB_AS_INDENT' ? start : undefined)
  if (tab !== undefined) {
    return {
      code: 'lang.yaml_tab',
      message: 'A tab is used for indentation; YAML indents with spaces.',
      expected: 'spaces',
      found: 'a tab',
      hint: 'Replace the tab by spaces.',
      ...placeOf(lines, tab, tab + 1),
    }
  }
  if (error.code === 'RESOURCE_EXHAUSTION') return { ...tooDeep, ...place }
  if (error.code === 'TAG_RESOLVE_FAILED') {
    return { code: 'lang.yaml_value', message, hint: 'Remove the tag; quote the value if it is text.', ...place }
  }
  return { code: 'lang.yaml_invalid', message, ...place }
}

/** Offset of the first tab, when only white space stands before the fault on its line. */
function tabBefore(text: string, at: number): number | undefined {
  const begin = text.lastIndexOf('\n', at - 1) + 1
  const indent = /^[ \t]*/.exec(text.slice(begin, begin + 200))?.[0] ?? ''
  return indent.includes('\t') && at <= begin + indent.length ? begin + indent.indexOf('\t') : undefined
}
