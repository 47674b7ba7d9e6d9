// A JSON value whose strings may hold `{{ … }}`, compiled once and evaluated with the values of a run.
//
//   "{{ a.b }}"          one expression: the value keeps its type
//   "id-{{ a.b }}.json"  text with expressions in it: joined as text
//   { "k": "{{ a }}" }   every string inside, at any depth
//
// What is constant stays as it is; without JSONata (constants, plain paths) evaluation needs no promise.

import { type Complaint, isObject, type Json } from '@millrace/stdx'
import type { EvaluateOptions, ExpressionUses, Mention, Template } from './contract.ts'
import { langErrors } from './errors.ts'
import { compileExpression, type Expression, type ExpressionFault, isFault } from './expression.ts'
import { scanText } from './expression-scan.ts'
import { complaintsMax, patternBudgetCost } from './limits.ts'
import { pointerJoin, pointerMatches } from './pointer.ts'

export interface TemplateOptions {
  /** Pointers within the value, `*` for any key or index, below which `{{` is text: code, mostly. */
  readonly literal?: readonly string[]
  /** Where the value stands in its document; complaints and mentions begin with it. */
  readonly pointer?: string
  /** Shared by the templates of one document: what is left of the expressions it may hold. Counted down. */
  readonly budget?: { left: number }
}

export interface CompiledTemplate {
  readonly template: Template
  readonly complaints: readonly TemplateComplaint[]
  /** Every name that an expression reads, with its place. */
  readonly mentions: readonly Mention[]
  /** Pointers of the strings that hold an expression: their values are not known yet. */
  readonly dynamic: readonly string[]
}

/** `offset` and `length` count characters of the string at `pointer`. */
export interface TemplateComplaint extends Complaint {
  readonly pointer: string
  readonly offset: number
  readonly length: number
}

type Scope = Readonly<Record<string, unknown>>
type Node = (scope: Scope, options: EvaluateOptions) => Json | Promise<Json>

interface Compiling {
  readonly literal: readonly string[]
  readonly pointer: string
  readonly complaints: TemplateComplaint[]
  readonly mentions: Mention[]
  readonly dynamic: string[]
  readonly roots: Map<string, Set<string> | undefined>
  readonly budget: { left: number }
  /** Expressions so far: each rolls dice of its own. */
  expressions: number
}

interface Placed {
  readonly expression: Expression
  readonly salt: number
}

/** Never throws: what does not parse is complained about, and fails when evaluated. */
export function compileTemplate(value: Json, options: TemplateOptions = {}): CompiledTemplate {
  const work: Compiling = {
    literal: options.literal ?? [],
    pointer: options.pointer ?? '',
    complaints: [],
    mentions: [],
    dynamic: [],
    roots: new Map(),
    budget: options.budget ?? { left: Number.POSITIVE_INFINITY },
    expressions: 0,
  }
  const node = compileValue(value, '', work)
  const uses: ExpressionUses = { roots: new Set(work.roots.keys()), members: work.roots }
  const template: Template = {
    constant: node === undefined,
    uses,
    evaluate: node ?? (() => value),
  }
  return { template, complaints: work.complaints, mentions: work.mentions, dynamic: work.dynamic }
}

/** Undefined when nothing inside is to be evaluated. */
function compileValue(value: Json, at: string, work: Compiling): Node | undefined {
  if (typeof value === 'string') {
    if (!value.includes('{{')) return undefined
    return work.literal.some((pattern) => pointerMatches(pattern, at)) ? undefined : compileText(value, at, work)
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (work.literal.some((pattern) => pointerMatches(pattern, at))) return undefined
  if (Array.isArray(value)) {
    const nodes = value.map((item: Json, i) => compileValue(item, pointerJoin(at, i), work))
    return nodes.some((node) => node !== undefined) ? listNode(value, nodes) : undefined
  }
  const entries = Object.entries(value as Record<string, Json>)
  const nodes = entries.map(([key, item]) => compileValue(item, pointerJoin(at, key), work))
  return nodes.some((node) => node !== undefined) ? mapNode(entries, nodes) : undefined
}

function listNode(items: readonly Json[], nodes: readonly (Node | undefined)[]): Node {
  return (scope, options) => settled(items.map((item, i) => run(nodes[i], item, scope, options)))
}

function mapNode(entries: readonly (readonly [string, Json])[], nodes: readonly (Node | undefined)[]): Node {
  const keys = entries.map(([key]) => key)
  const zip = (values: readonly Json[]): Json => {
    const object: Record<string, Json> = {}
    for (const [i, key] of keys.entries()) object[key] = values[i] ?? null
    return object
  }
  return (scope, options) => {
    const values = settled(entries.map(([, item], i) => run(nodes[i], item, scope, options)))
    return values instanceof Promise ? values.then(zip) : zip(values)
  }
}

function run(node: Node | undefined, constant: Json, scope: Scope, options: EvaluateOptions): Json | Promise<Json> {
  return node === undefined ? constant : node(scope, options)
}

/** Waits only if there is something to wait for. */
function settled(values: readonly (Json | Promise<Json>)[]): readonly Json[] | Promise<readonly Json[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly Json[])
}

function compileText(text: string, at: string, work: Compiling): Node {
  const parts = scanText(text)
  const pointer = work.pointer + at
  work.dynamic.push(pointer)
  const compiled: (string | Placed)[] = []
  for (const part of parts) {
    if (part.kind === 'text') {
      compiled.push(part.text)
    } else if (part.kind === 'unclosed') {
      complain(work, { pointer, offset: part.start, length: 2 }, '`{{` is not closed by `}}`.', {
        expected: '`}}`',
        hint: "Write {{ '{{' }} where the two braces are meant as text.",
      })
    } else {
      const expression = within(part.source, work.budget)
      if (isFault(expression)) {
        const place = { pointer, offset: part.start + expression.offset, length: 1 }
        complain(work, place, expression.message, { found: part.source.trim() }, expression.code)
      } else {
        compiled.push({ expression, salt: work.expressions++ })
        mention(expression, part.start, pointer, work)
      }
    }
  }
  if (work.complaints.some((complaint) => complaint.pointer === pointer)) return failing(text)
  const expressions = compiled.filter((part) => typeof part !== 'string')
  const only = expressions[0]
  const alone = expressions.length === 1 && compiled.every((part) => typeof part !== 'string' || part.trim() === '')
  return only !== undefined && alone ? valueNode(only) : textNode(compiled)
}

function complain(
  work: Compiling,
  place: { pointer: string; offset: number; length: number },
  message: string,
  more: { expected?: string; found?: string; hint?: string },
  code = 'lang.expression_invalid',
): void {
  if (work.complaints.length >= complaintsMax) return
  work.complaints.push({ code, message, ...place, ...more })
}

/** Parsing costs time; a document at its end of the budget is complained about instead. */
function within(source: string, budget: { left: number }): Expression | ExpressionFault {
  if (budget.left <= 0) {
    const message = 'The document holds more expressions, or more patterns in them, than allowed.'
    return { message, offset: 0, code: 'lang.expressions_too_many' }
  }
  const compiled = compileExpression(source)
  const patterns = isFault(compiled) ? 0 : compiled.names.patterns.length
  const plain = !isFault(compiled) && compiled.plain
  budget.left -= plain ? plainCost : 1 + source.length / charsPerExpression + patterns * patternBudgetCost
  return compiled
}

const plainCost = 0.05
const charsPerExpression = 100

function mention(expression: Expression, start: number, pointer: string, work: Compiling): void {
  const { names } = expression
  if (names.anything) work.roots.set('*', undefined)
  for (const use of names.uses) {
    work.mentions.push({ path: use.path, pointer, offset: start + use.start, length: use.end - use.start })
    const [root = '', member] = use.path
    if (member === undefined) work.roots.set(root, undefined)
    else if (!work.roots.has(root)) work.roots.set(root, new Set([member]))
    else work.roots.get(root)?.add(member)
  }
}

function failing(text: string): Node {
  return () => {
    throw langErrors.expression_invalid(`\`${text.slice(0, 200)}\` does not parse.`)
  }
}

function valueNode({ expression, salt }: Placed): Node {
  return (scope, options) => {
    const value = expression.evaluate(scope, options, salt)
    return value instanceof Promise
      ? value.then((later) => present(later, expression, scope, options))
      : present(value, expression, scope, options)
  }
}

function textNode(parts: readonly (string | Placed)[]): Node {
  const nodes = parts.map((part) => (typeof part === 'string' ? part : valueNode(part)))
  return (scope, options) => {
    const values = settled(nodes.map((node) => (typeof node === 'string' ? node : node(scope, options))))
    return values instanceof Promise ? values.then(joined) : joined(values)
  }
}

function joined(values: readonly Json[]): string {
  return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('')
}

function present(value: unknown, expression: Expression, scope: Scope, options: EvaluateOptions): Json {
  if (value !== undefined) return value as Json
  if (options.nothing !== undefined) return options.nothing
  const source = expression.source.trim()
  const missing = missingName(expression, scope)
  const why = missing === '' ? ': nothing fits what it asks for' : missing
  // Whoever takes "none" for an answer (`forEach.in`) must still hear of a name that is not there.
  throw langErrors.nothing(`\`${source}\` yields nothing${why}.`, {
    details: { expression: source, nameMissing: missing !== '' },
  })
}

/** ": `steps.get.output` has no `rows`, it has `body`, `status`", where the walk along the names breaks off. */
function missingName(expression: Expression, scope: Scope): string {
  for (const use of expression.names.uses) {
    let value: unknown = scope
    for (const [i, name] of use.path.entries()) {
      if (Array.isArray(value)) break
      if (isObject(value) && Object.hasOwn(value, name) && value[name] !== undefined) {
        value = value[name]
        continue
      }
      const owner = i === 0 ? 'the scope' : `\`${use.path.slice(0, i).join('.')}\``
      if (!isObject(value))
        return `: ${owner} is ${value === null ? 'null' : `a ${typeof value}`} and has no \`${name}\``
      const names = Object.keys(value).slice(0, 10)
      return `: ${owner} has no \`${name}\`${names.length === 0 ? '' : `, it has ${names.map((each) => `\`${each}\``).join(', ')}`}`
    }
  }
  return ''
}
