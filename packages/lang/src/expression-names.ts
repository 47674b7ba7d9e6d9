// Which names an expression reads from its scope. A name counts as a root only where JSONata looks it up in the scope
// itself: inside `[…]`, behind `.`, in a sort term or in a grouping, names are relative to the items at hand. Where
// that cannot be told (`$$` as a whole, `*`, `%`), the root `*` says that anything may be read.

export interface AstNode {
  readonly type: string
  readonly value?: unknown
  readonly position?: number
  readonly [part: string]: unknown
}

/** One place where an expression reads a name: `steps.get.output` is the path ['steps', 'get', 'output']. */
export interface NameUse {
  readonly path: readonly string[]
  /** Offset of the first name in the expression. */
  readonly start: number
  /** Offset behind the last name of `path`. */
  readonly end: number
}

export interface NamesFound {
  readonly uses: readonly NameUse[]
  /** Something may read any name of the scope. */
  readonly anything: boolean
  /** `foo(1)` instead of `$foo(1)`: name and offset. */
  readonly calls: readonly { readonly name: string; readonly start: number }[]
  /** `$x` of every kind, without the `$`: functions and bound ones. */
  readonly variables: ReadonlySet<string>
  /** Something in it can make more than it is given: constructors, `&`, ranges, variables, functions of its own. */
  readonly grows: boolean
  /** Patterns, as the tokenizer made them. */
  readonly patterns: readonly { readonly written: RegExp; readonly position: number }[]
}

/** Built-ins that take the value at hand when called with fewer arguments than this. */
const contextual: Readonly<Record<string, number>> = {
  string: 1,
  substring: 2,
  substringBefore: 2,
  substringAfter: 2,
  lowercase: 1,
  uppercase: 1,
  length: 1,
  trim: 1,
  pad: 2,
  match: 2,
  contains: 2,
  replace: 3,
  split: 2,
  formatNumber: 2,
  formatBase: 1,
  formatInteger: 2,
  parseInteger: 2,
  number: 1,
  floor: 1,
  ceil: 1,
  round: 1,
  abs: 1,
  sqrt: 1,
  power: 2,
  boolean: 1,
  not: 1,
  sift: 2,
  keys: 1,
  lookup: 2,
  spread: 1,
  each: 2,
  base64encode: 1,
  base64decode: 1,
  encodeUrlComponent: 1,
  encodeUrl: 1,
  decodeUrlComponent: 1,
  decodeUrl: 1,
  toMillis: 1,
  fromMillis: 1,
  clone: 1,
}

/** The same, of a plain path such as `steps.get.output[0].id`, without parsing it. */
export function pathNames(source: string): NamesFound {
  const names = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/.exec(source)
  const start = names?.index ?? 0
  const text = names?.[0] ?? ''
  const use = { path: text.split('.'), start, end: start + text.length }
  return { uses: [use], anything: false, grows: false, calls: [], variables: new Set(), patterns: [] }
}

interface Finding {
  readonly uses: NameUse[]
  readonly calls: { name: string; start: number }[]
  readonly variables: Set<string>
  readonly patterns: { written: RegExp; position: number }[]
  anything: boolean
  grows: boolean
}

export function findNames(ast: AstNode): NamesFound {
  const found: Finding = { uses: [], calls: [], variables: new Set(), patterns: [], anything: false, grows: false }
  visit(ast, true, found)
  return found
}

/** `atRoot`: names here are looked up in the scope itself. */
function visit(node: AstNode, atRoot: boolean, found: Finding): void {
  if (growing.has(node.type) || growing.has(`${node.type} ${String(node.value)}`)) found.grows = true
  switch (node.type) {
    case 'path':
      visitPath(node, atRoot, found)
      return
    case 'name':
      if (atRoot) found.uses.push(useOf([node]))
      break
    case 'variable':
      if (node.value === '$' || (node.value === '' && atRoot)) found.anything = true
      else found.variables.add(String(node.value))
      break
    case 'wildcard':
    case 'descendant':
      if (atRoot) found.anything = true
      break
    case 'parent':
      found.anything = true
      break
    case 'regex':
      found.patterns.push({ written: node.value as RegExp, position: node.position ?? 0 })
      break
    case 'function':
    case 'partial':
      visitCall(node, atRoot, found)
      break
    case 'transform':
      visitAll([node['pattern'], node['update'], node['delete']], false, found)
      break
    default:
      visitParts(node, atRoot, found)
  }
  visitFilters(node, found)
}

/** Operators, conditions, blocks, bindings, lambdas, and constructors, whose `lhs` holds pairs. */
function visitParts(node: AstNode, atRoot: boolean, found: Finding): void {
  if (Array.isArray(node['lhs'])) for (const pair of node['lhs']) visitAll(pair, atRoot, found)
  else visitAll([node['lhs']], atRoot, found)
  visitAll([node['rhs'], node['expression'], node['condition']], atRoot, found)
  visitAll([node['then'], node['else'], node['body']], atRoot, found)
  visitAll(node['expressions'], atRoot, found)
}

/** By type, and by type and value. */
const growing = new Set([
  'bind',
  'lambda',
  'transform',
  'unary [',
  'unary {',
  'binary &',
  'binary ..',
  ...['zip', 'append', 'merge', 'spread', 'replace', 'map', 'reduce', 'each', 'sift'].map((name) => `variable ${name}`),
])

/** Predicates and groupings: their names belong to the items. */
function visitFilters(node: AstNode, found: Finding): void {
  for (const stage of [...list(node['stages']), ...list(node['predicate'])]) visitAll([stage['expr']], false, found)
  const pairs = (node['group'] as AstNode | undefined)?.['lhs']
  if (pairs !== undefined) found.grows = true
  if (Array.isArray(pairs)) for (const pair of pairs) visitAll(pair, false, found)
}

function visitPath(node: AstNode, atRoot: boolean, found: Finding): void {
  const steps = list(node['steps'])
  const first = steps[0]
  const rooted = first?.type === 'variable' && (first.value === '$' || (first.value === '' && atRoot))
  const next = rooted ? 1 : 0
  if (rooted) {
    visitFilters(first, found)
    // `$$[…]`, and `$$` followed by anything but a name, read the scope as a whole.
    if (steps[1]?.type !== 'name' || list(first['stages']).length > 0) found.anything = true
  }
  if ((rooted || atRoot) && steps[next]?.type === 'name') found.uses.push(useOf(steps.slice(next)))
  for (const [i, step] of steps.entries()) if (i >= next) visitStep(step, atRoot && i === 0, found)
  visitFilters(node, found)
}

function visitStep(step: AstNode, atRoot: boolean, found: Finding): void {
  if (step.type === 'sort') {
    for (const term of list(step['terms'])) visitAll([term['expression']], false, found)
  } else if (step.type !== 'name') {
    visit(step, atRoot, found)
    return
  }
  visitFilters(step, found)
}

function visitCall(node: AstNode, atRoot: boolean, found: Finding): void {
  const procedure = node['procedure'] as AstNode
  const given = list(node['arguments'])
  if (procedure.type === 'path') {
    const first = list(procedure['steps'])[0]
    const name = String(first?.value)
    found.calls.push({ name, start: (first?.position ?? 0) - name.length })
  } else if (procedure.type === 'variable') {
    const name = String(procedure.value)
    visit(procedure, atRoot, found)
    if (atRoot && given.length < (contextual[name] ?? 0)) found.anything = true
  } else {
    visit(procedure, atRoot, found)
  }
  visitAll(given, atRoot, found)
}

function visitAll(nodes: unknown, atRoot: boolean, found: Finding): void {
  for (const node of list(nodes)) visit(node, atRoot, found)
}

/** The leading names of a path, as far as nothing but names follow each other. */
function useOf(steps: readonly AstNode[]): NameUse {
  const path: string[] = []
  let end = 0
  for (const step of steps) {
    if (step.type !== 'name') break
    path.push(String(step.value))
    end = step.position ?? end
    if (list(step['stages']).length > 0) break
  }
  const first = steps[0]
  return { path, start: (first?.position ?? 0) - String(first?.value ?? '').length, end }
}

function list(nodes: unknown): AstNode[] {
  return Array.isArray(nodes) ? nodes.filter((node): node is AstNode => node !== undefined && node !== null) : []
}
