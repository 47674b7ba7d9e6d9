// What kind of statement a person sent, and what of it is the query to be judged. Only five kinds are open; whatever
// is not recognised here is refused, so a statement that ClickHouse learns tomorrow is closed until somebody opens it.

import { olapErrors } from './errors.ts'
import { quoteName, quoteText } from './literal.ts'
import { placeText, type Token, tokenize } from './tokens.ts'

/** `query`, `explain`: judge `inner` by its syntax tree, then run `sql`. `answer`: ours throughout, run as it is. */
export type Statement =
  | {
      readonly kind: 'query' | 'explain'
      readonly sql: string
      readonly inner: string
      readonly innerAt: number
      readonly tokens: readonly Token[]
    }
  | { readonly kind: 'answer'; readonly sql: string }

export function readStatement(sql: string, databases: readonly string[]): Statement {
  const tokens = withoutEnd(sql, tokenize(sql))
  checkParentheses(sql, tokens)
  checkNames(sql, tokens)
  const first = tokens[0]
  if (first === undefined) throw olapErrors.sql_invalid('There is no statement: expected SELECT.')
  const end = tokens.at(-1)?.end ?? sql.length
  switch (keyword(leading(tokens))) {
    case 'SELECT':
    case 'WITH':
    case 'FROM':
      return { kind: 'query', sql: sql.slice(0, end), inner: sql.slice(first.at, end), innerAt: first.at, tokens }
    case 'EXPLAIN': {
      const innerAt = explained(sql, tokens)
      return { kind: 'explain', sql: sql.slice(0, end), inner: sql.slice(innerAt, end), innerAt, tokens }
    }
    case 'SHOW':
      return { kind: 'answer', sql: show(sql, tokens, databases) }
    case 'DESC':
    case 'DESCRIBE': {
      const rest = keyword(tokens[1]) === 'TABLE' ? tokens.slice(2) : tokens.slice(1)
      return { kind: 'answer', sql: `DESCRIBE TABLE ${tableOf(sql, rest, databases)}` }
    }
    default:
      throw olapErrors.denied(
        `Only SELECT, WITH, EXPLAIN, SHOW TABLES, SHOW CREATE TABLE and DESCRIBE are open here; found ${first.text.slice(0, 40)}.`,
      )
  }
}

function keyword(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : ''
}

function leading(tokens: readonly Token[]): Token | undefined {
  return tokens.find((token) => token.text !== '(')
}

function withoutEnd(sql: string, tokens: readonly Token[]): readonly Token[] {
  let count = tokens.length
  while (count > 0 && tokens[count - 1]?.kind === 'mark' && tokens[count - 1]?.text === ';') count--
  const rest = tokens.slice(0, count)
  const second = rest.find((token) => token.kind === 'mark' && token.text === ';')
  if (second !== undefined) {
    throw olapErrors.sql_invalid(`One statement at a time: found a second one after ";". ${placeText(sql, second.at)}`)
  }
  return rest
}

/** A text that closes more than it opens could step out of the parentheses it is judged in. */
function checkParentheses(sql: string, tokens: readonly Token[]): void {
  const open: string[] = []
  const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
  for (const token of tokens) {
    if (token.kind !== 'mark') continue
    const partner = pairs[token.text]
    if (partner !== undefined) open.push(partner)
    else if ([')', ']', '}'].includes(token.text) && open.pop() !== token.text) {
      throw olapErrors.sql_invalid(`"${token.text}" closes nothing. ${placeText(sql, token.at)}`)
    }
  }
  const missing = open.pop()
  if (missing !== undefined) throw olapErrors.sql_invalid(`A "${missing}" is missing at the end.`)
}

/** `{name:Identifier}` would let a value choose the table, after the tables were judged. */
function checkNames(sql: string, tokens: readonly Token[]): void {
  for (const [i, token] of tokens.entries()) {
    if (token.text !== '{' || tokens[i + 2]?.text !== ':') continue
    if (tokens[i + 3]?.text.toLowerCase() === 'identifier') {
      throw olapErrors.denied(
        `A parameter holds a value, not a name: Identifier is not open here. ${placeText(sql, token.at)}`,
      )
    }
  }
}

/** Where the explained query begins: after the kind and its settings (`EXPLAIN PLAN indexes = 1, actions = 1 SELECT …`). */
function explained(sql: string, tokens: readonly Token[]): number {
  let i = 1
  const kinds = new Set(['AST', 'SYNTAX', 'PLAN', 'PIPELINE', 'ESTIMATE', 'QUERY', 'TREE'])
  while (kinds.has(keyword(tokens[i]))) i++
  while (tokens[i]?.kind === 'word' && tokens[i + 1]?.text === '=' && tokens[i + 2]?.kind === 'number') {
    i += tokens[i + 3]?.text === ',' ? 4 : 3
  }
  const start = tokens[i]
  const inner = keyword(leading(tokens.slice(i)))
  if (start === undefined || !['SELECT', 'WITH', 'FROM'].includes(inner)) {
    throw olapErrors.denied(`EXPLAIN is open for SELECT only. ${placeText(sql, start?.at ?? sql.length)}`)
  }
  return start.at
}

/** SHOW TABLES and SHOW DATABASES are answered from the databases that are open, not by ClickHouse's own view of them. */
function show(sql: string, tokens: readonly Token[], databases: readonly string[]): string {
  const what = keyword(tokens[1])
  if (what === 'DATABASES' && tokens.length === 2) {
    return `SELECT arrayJoin([${databases.map(quoteText).join(', ')}]) AS name`
  }
  if (what === 'CREATE') {
    const rest = keyword(tokens[2]) === 'TABLE' ? tokens.slice(3) : tokens.slice(2)
    return `SHOW CREATE TABLE ${tableOf(sql, rest, databases)}`
  }
  if (what !== 'TABLES') {
    throw olapErrors.denied(
      `Of SHOW, only TABLES, DATABASES and CREATE TABLE are open here. ${placeText(sql, tokens[1]?.at ?? sql.length)}`,
    )
  }
  let i = 2
  let database = databases[0]
  if (['FROM', 'IN'].includes(keyword(tokens[i]))) {
    database = tokens[i + 1]?.text
    i += 2
  }
  if (database === undefined || !databases.includes(database)) {
    throw olapErrors.denied(
      `The database ${database ?? ''} is not open here; open are: ${databases.join(', ') || 'none'}.`,
    )
  }
  let like = ''
  const negated = keyword(tokens[i]) === 'NOT'
  if (negated) i++
  if (['LIKE', 'ILIKE'].includes(keyword(tokens[i])) && tokens[i + 1]?.kind === 'string') {
    like = `AND name ${negated ? 'NOT ' : ''}${keyword(tokens[i])} ${tokens[i + 1]?.text} `
    i += 2
  }
  if (i < tokens.length) {
    throw olapErrors.sql_invalid(
      `Expected SHOW TABLES [FROM database] [LIKE 'pattern']. ${placeText(sql, tokens[i]?.at ?? sql.length)}`,
    )
  }
  return `SELECT name FROM system.tables WHERE database = ${quoteText(database)} AND NOT startsWith(name, '.') ${like}ORDER BY name`
}

/** Exactly `[database.]table`, in a database that is open. */
function tableOf(sql: string, tokens: readonly Token[], databases: readonly string[]): string {
  const [first, dot, second] = tokens
  const named = (token: Token | undefined) => token?.kind === 'word' || token?.kind === 'name'
  const qualified = tokens.length === 3 && named(first) && dot?.text === '.' && named(second)
  if (!qualified && !(tokens.length === 1 && named(first))) {
    throw olapErrors.sql_invalid(`Expected the name of a table. ${placeText(sql, first?.at ?? sql.length)}`)
  }
  const database = qualified ? first?.text : databases[0]
  if (database === undefined || !databases.includes(database)) {
    throw olapErrors.denied(
      `The database ${database ?? ''} is not open here; open are: ${databases.join(', ') || 'none'}.`,
    )
  }
  return `${quoteName(database)}.${quoteName((qualified ? second?.text : first?.text) ?? '')}`
}
