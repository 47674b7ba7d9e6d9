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

export function findNames(ast: AstNode): NamesFound {
  const uses: NameUse[] = []
  const calls: { name: string; start: number }[] = []
  const variables = new Set<string>()
  const patterns: { written: RegExp; position: number }[] = []
  let anything = false

  const visitAll = (nodes: unknown, atRoot: boolean) => {
    for (const node of list(nodes)) visit(node, atRoot)
  }
  const visitPairs = (pairs: unknown, atRoot: boolean) => {
    if (Array.isArray(pairs)) for (const pair of pairs) visitAll(pair, atRoot)
  }
  const visitStages = (node: AstNode) => {
    for (const stage of [...list(node['stages']), ...list(node['predicate'])]) visitAll([stage['expr']], false)
  }

  const visitPath = (node: AstNode, atRoot: boolean) => {
    const steps = list(node['steps'])
    const first = steps[0]
    let next = 0
    const rooted = first?.type === 'variable' && (first.value === '$' || (first.value === '' && atRoot))
    if (rooted) {
      next = 1
      if (first !== undefined) visitStages(first)
      // `$$[…]` or `$$` followed by anything but a name reads the scope as a whole.
      if (steps[1]?.type !== 'name' || list(first?.['stages']).length > 0) anything = true
    }
    if ((rooted || atRoot) && steps[next]?.type === 'name') uses.push(useOf(steps.slice(next)))
    steps.forEach((step, i) => {
      if (i >= next) visitStep(step, atRoot && i === 0)
    })
    if (node['group'] !== undefined) visitPairs((node['group'] as AstNode)['lhs'], false)
  }

  const visitStep = (step: AstNode, atRoot: boolean) => {
    if (step.type === 'sort') {
      for (const term of list(step['terms'])) visitAll([term['expression']], false)
    } else if (step.type !== 'name') {
      visit(step, atRoot)
      return
    }
    visitStages(step)
  }

  const visitCall = (node: AstNode, atRoot: boolean) => {
    const procedure = node['procedure'] as AstNode
    const given = list(node['arguments'])
    if (procedure.type === 'path') {
      const name = String(list(procedure['steps'])[0]?.value)
      calls.push({ name, start: (list(procedure['steps'])[0]?.position ?? 0) - name.length })
    } else if (procedure.type === 'variable') {
      const name = String(procedure.value)
      variables.add(name)
      if (atRoot && given.length < (contextual[name] ?? 0)) anything = true
    } else {
      visit(procedure, atRoot)
    }
    visitAll(given, atRoot)
  }

  const visit = (node: AstNode, atRoot: boolean): void => {
    switch (node.type) {
      case 'path':
        visitPath(node, atRoot)
        return
      case 'name':
        if (atRoot) uses.push(useOf([node]))
        break
      case 'variable':
        if (node.value === '$' || (node.value === '' && atRoot)) anything = true
        else variables.add(String(node.value))
        break
      case 'wildcard':
      case 'descendant':
        if (atRoot) anything = true
        break
      case 'parent':
        anything = true
        break
      case 'regex':
        patterns.push({ written: node.value as RegExp, position: node.position ?? 0 })
        break
      case 'function':
      case 'partial':
        visitCall(node, atRoot)
        break
      case 'transform':
        visitAll([node['pattern'], node['update'], node['delete']], false)
        break
      default:
        visitAll(
          [node['lhs'], node['rhs']].filter((side) => !Array.isArray(side)),
          atRoot,
        )
        visitPairs(Array.isArray(node['lhs']) ? node['lhs'] : [], atRoot)
        visitAll([node['expression'], node['condition'], node['then'], node['else'], node['body']], atRoot)
        visitAll(node['expressions'], atRoot)
    }
    visitStages(node)
    if (node['group'] !== undefined) visitPairs((node['group'] as AstNode)['lhs'], false)
  }

  visit(ast, true)
  return { uses, anything, calls, variables, patterns }
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
