// The judgement of a person's query, on the tree that ClickHouse's own parser makes of it (`EXPLAIN AST`): parsing reads
// no table and calls no function. What is asked of the tree is a list of what is open; anything else is refused.
//
// The tree comes as lines, one node each, indented by depth:
//   SelectQuery (children 2)
//    TablesInSelectQuery (children 1)
//      TableIdentifier dev.orders (alias o)

import { olapErrors } from './errors.ts'

export interface Openings {
  readonly databases: readonly string[]
  /** Function names, in lower case, that this server adds to ClickHouse's own, and table functions that are not open. */
  readonly closedFunctions: ReadonlySet<string>
}

interface Node {
  readonly kind: string
  /** What follows the kind: a name, a literal. */
  readonly text: string
  readonly parent: Node | undefined
  readonly children: Node[]
}

/** Nodes that make up a SELECT. A node that is not here is something else, e.g. `Set`, which lifts limits. */
const openNodes = new Set([
  'SelectWithUnionQuery',
  'SelectIntersectExceptQuery',
  'ExpressionList',
  'SelectQuery',
  'Subquery',
  'WithElement',
  'Asterisk',
  'QualifiedAsterisk',
  'ColumnsRegexpMatcher',
  'ColumnsListMatcher',
  'QualifiedColumnsRegexpMatcher',
  'QualifiedColumnsListMatcher',
  'ColumnsTransformerList',
  'ColumnsApplyTransformer',
  'ColumnsExceptTransformer',
  'ColumnsReplaceTransformer',
  'ColumnsReplaceTransformer::Replacement',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'TableExpression',
  'TableIdentifier',
  'TableJoin',
  'ArrayJoin',
  'SampleRatio',
  'Function',
  'Identifier',
  'Literal',
  'QueryParameter',
  'OrderByElement',
  'InterpolateElement',
  'WindowDefinition',
  'WindowListElement',
])

/** Table functions that only compute. */
export const openTableFunctions: ReadonlySet<string> = new Set([
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'generateseries',
  'generate_series',
  'generaterandom',
  'primes',
  'values',
  'sqlstandardvalues',
  'null',
  'view',
])

/** Tables of `system` that hold no secret and nothing of anybody. */
const openSystemTables = new Set([
  'system.one',
  'system.numbers',
  'system.numbers_mt',
  'system.zeros',
  'system.zeros_mt',
])

/** Functions that look outside the tables: at files, other servers, dictionaries, the machine, the server's settings. */
export const closedFunctions =
  /^(?:dict.*|region.*|joinget.*|file|filesystem.*|url|hascolumnintable|catboostevaluate|evalmlmethod|naivebayes.*|ai[a-z]*|getsetting.*|getserversetting|getmergetreesetting|getmacro|getserverport|tcpport|globalvariable|hostname|fullhostname|fqdn|serveruuid|getoskernelversion|showcertificate|getclienthttpheader|addressto.*|demangle|logtrace|tid|buildid|uptime|zookeeper.*|generateserialid|transaction.*|current_?(?:user|roles|profiles)|user|authenticateduser|authuser|session_user|enabledroles|enabledprofiles|defaultroles|defaultprofiles|connection_?id|hasthreadfuzzer|fuzzquery|mergetree.*|ismergetree.*|getmaxtablenamelengthfordatabase|synonyms|lemmatize|stem|chdb)$/

/** Throws `olap.denied` for anything that is not open. */
export function judgeTree(lines: readonly string[], openings: Openings): void {
  for (const node of readTree(lines)) {
    if (!openNodes.has(node.kind)) throw closed(nodeText(node))
    if (node.kind === 'TableIdentifier') judgeTable(nameOf(node), openings)
    if (node.kind === 'Function') judgeFunction(node, openings)
  }
}

/** A function named where the tree does not show it: `* APPLY(name)`. */
export function judgeFunctionName(name: string, openings: Openings): void {
  const lower = name.toLowerCase()
  if (closedFunctions.test(lower) || openings.closedFunctions.has(lower)) throw closed(`The function ${name}`)
}

function judgeFunction(node: Node, openings: Openings): void {
  const name = nameOf(node)
  if (node.parent?.kind === 'TableExpression') {
    if (!openTableFunctions.has(name.toLowerCase())) throw closed(`The table function ${name}`)
    return
  }
  judgeFunctionName(name, openings)
  // `x IN system.users` reads a table, though the tree calls it an identifier.
  if (/^(?:global)?(?:not)?(?:null)?in(?:ignoreset)?$/i.test(name)) {
    const right = node.children[0]?.children[1]
    if (right?.kind === 'Identifier' && nameOf(right).includes('.')) judgeTable(nameOf(right), openings)
  }
}

function judgeTable(name: string, openings: Openings): void {
  if (openSystemTables.has(name)) return
  const parts = /^(?:([\w$-]+)\.)?([\w$-]+)$/.exec(name)
  if (parts === null) throw closed(`The table ${name}`)
  const database = parts[1] ?? openings.databases[0]
  if (database === undefined || !openings.databases.includes(database)) {
    throw olapErrors.denied(
      `The table ${name} is not open here; open are the tables of ${openings.databases.join(', ') || 'no database'}. SHOW TABLES lists them.`,
    )
  }
}

function readTree(lines: readonly string[]): readonly Node[] {
  const nodes: Node[] = []
  const path: Node[] = []
  for (const line of lines) {
    if (line.trim() === '') continue
    const depth = line.length - line.trimStart().length
    const [, kind = '', text = ''] = /^ *(\S+) ?(.*)$/.exec(line) ?? []
    path.length = Math.min(depth, path.length)
    const parent = path.at(-1)
    const node: Node = { kind, text, parent, children: [] }
    parent?.children.push(node)
    path.push(node)
    nodes.push(node)
  }
  return nodes
}

/** The name without ` (alias …)` and ` (children n)`. */
function nameOf(node: Node): string {
  return node.text.replace(/ \((?:alias|children) .*$/, '')
}

function nodeText(node: Node): string {
  return node.kind === 'Set' ? 'SETTINGS' : node.kind
}

function closed(what: string): Error {
  return olapErrors.denied(`${what} is not open to a query: only SELECT over the environment’s own tables is.`)
}
