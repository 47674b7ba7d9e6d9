// A person's SQL, made harmless before it runs. Three layers, each of which would do alone on a good day:
//
//   1. our lexer     one statement, balanced, of an open kind, no names by parameter        (statement.ts)
//   2. ClickHouse's parser   its tree, node by node, against a list of what is open          (syntax-tree.ts)
//   3. ClickHouse's settings   readonly, limits, no introspection                            (olap-over.ts)
//
// The tree is made of the query inside parentheses. There ClickHouse accepts a query and nothing after it, so FORMAT,
// INTO OUTFILE and a second statement cannot be parsed at all.

import { MillraceError } from '@millrace/stdx'
import { olapErrors } from './errors.ts'
import { sqlCharactersMax } from './limits.ts'
import { readStatement } from './statement.ts'
import { judgeFunctionName, judgeTree, type Openings, openTableFunctions } from './syntax-tree.ts'
import { placeText, type Token } from './tokens.ts'
import type { EngineFault } from './wire.ts'

/** Asks ClickHouse for one column of text; a fault comes as an `EngineFault`. */
export type AskLines = (sql: string) => Promise<readonly string[]>

const prefix = 'EXPLAIN AST SELECT * FROM (\n'

export interface Confined {
  readonly sql: string
  /** A query whose rows are a person's; otherwise a description or an explanation, small and ours. */
  readonly kind: 'rows' | 'words'
}

/** What to run, or a MillraceError `olap.denied` or `olap.sql_invalid`. */
export async function confine(
  sql: string,
  openings: Openings,
  ask: AskLines,
  isFault: (thrown: unknown) => thrown is EngineFault,
): Promise<Confined> {
  if (sql.length > sqlCharactersMax) {
    throw olapErrors.sql_invalid(`The SQL has ${sql.length} characters; at most ${sqlCharactersMax} are read.`)
  }
  const statement = readStatement(sql, openings.databases)
  if (statement.kind === 'answer') return { sql: statement.sql, kind: 'words' }
  let lines: readonly string[]
  try {
    lines = await ask(`${prefix}${statement.inner}\n)`)
  } catch (fault) {
    if (fault instanceof MillraceError || !isFault(fault)) throw fault
    throw unparsed(fault, sql, statement.innerAt, statement.tokens)
  }
  judgeTree(lines, openings)
  judgeTokens(statement.tokens, lines, openings)
  return { sql: statement.sql, kind: statement.kind === 'query' ? 'rows' : 'words' }
}

/**
 * What this server has beyond ClickHouse's own functions (a user-defined one may be an executable), and its table
 * functions, which `x IN f(…)` calls from an ordinary place. A few of those are also ordinary functions that only compute.
 */
export async function loadClosedFunctions(ask: AskLines): Promise<ReadonlySet<string>> {
  const alsoOrdinary = new Set(['format', 'values', 'null', 'view', 'primes', 'fuzzjson'])
  const own = await ask("SELECT lower(name) FROM system.functions WHERE origin != 'System'")
  const table = await ask('SELECT lower(name) FROM system.table_functions')
  return new Set([...own, ...table.filter((name) => !openTableFunctions.has(name) && !alsoOrdinary.has(name))])
}

/**
 * What the tree does not show. ClickHouse prints no argument of APPLY, and may hide another part some day: so no function
 * that is closed may be called anywhere in the text, APPLY takes a name and no lambda, and every SELECT that was written
 * must be one that was judged.
 */
function judgeTokens(tokens: readonly Token[], lines: readonly string[], openings: Openings): void {
  let selects = 0
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'word' && token.kind !== 'name') continue
    const [next, second] = [tokens[i + 1], tokens[i + 2]]
    const keyword = token.kind === 'word' ? token.text.toUpperCase() : ''
    if (keyword === 'SELECT') selects++
    if (next?.text === '(' && next.kind === 'mark' && !openTableFunctions.has(token.text.toLowerCase())) {
      judgeFunctionName(token.text, openings)
    }
    if (keyword !== 'APPLY') continue
    const name = next?.text === '(' ? second : next
    const after = tokens[tokens.indexOf(name ?? token) + 1]
    if (name === undefined || name.kind === 'mark' || after?.text === '-') {
      throw olapErrors.denied('APPLY is open for the name of a function, as in `* APPLY(max)`, not for a lambda.')
    }
    judgeFunctionName(name.text, openings)
  }
  const judged = lines.filter((line) => /^ *SelectQuery\b/.test(line)).length - 1
  if (selects > judged) throw olapErrors.denied('A part of the query cannot be checked. Write it more plainly.')
}

/** A syntax error in the person's own line and column, or the sentence for what is closed on purpose. */
function unparsed(fault: EngineFault, sql: string, innerAt: number, tokens: readonly Token[]): MillraceError {
  const closed = closedTail(tokens)
  if (closed !== undefined) return olapErrors.denied(`${closed.why} ${placeText(sql, closed.token.at)}`)
  const failed = /failed at position (\d+)/.exec(fault.message)
  if (failed === null) return olapErrors.sql_invalid(fault.message)
  const at = innerAt + Number(failed[1]) - 1 - prefix.length
  const expected = /Expected (?:one of: )?([^\n]*)/.exec(fault.message)?.[1]?.replace(/\.?\s*$/, '')
  const words =
    expected === undefined ? '' : ` Expected ${expected.length > 160 ? `${expected.slice(0, 160)}…` : expected}.`
  return olapErrors.sql_invalid(
    `The SQL does not parse. ${placeText(sql, Math.min(Math.max(at, 0), sql.length))}${words}`,
  )
}

function closedTail(tokens: readonly Token[]): { readonly token: Token; readonly why: string } | undefined {
  for (const [i, token] of tokens.entries()) {
    const word = token.kind === 'word' ? token.text.toUpperCase() : ''
    const next = tokens[i + 1]
    if (word === 'FORMAT' && next?.kind === 'word') {
      return { token, why: 'FORMAT is not open: the caller chooses the form of the answer.' }
    }
    if (word === 'INTO' && next?.text.toUpperCase() === 'OUTFILE') {
      return { token, why: 'INTO OUTFILE is not open: a query writes no files.' }
    }
  }
  return undefined
}
