// ClickHouse's lexer, as far as a check needs it: where strings, quoted names, comments and heredocs begin and end, so
// that nothing inside them is taken for SQL and nothing outside is overlooked. Rules: ClickHouse src/Parsers/Lexer.cpp.
// A test holds it against ClickHouse's own `tokenizeQuery`.

import { olapErrors } from './errors.ts'

export type TokenKind = 'word' | 'name' | 'string' | 'number' | 'mark'

export interface Token {
  readonly kind: TokenKind
  /** As written; for a quoted `name` without its quotes. */
  readonly text: string
  /** Offset of its first character. */
  readonly at: number
  readonly end: number
}

const space = /[\s\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]+/y
const comment = /--[^\n]*|#[ !][^\n]*|\/\/[^\n]*/y
const number = /(?:0[xX][0-9a-fA-F_]*|0[bB][01_]*|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?)/y
const word = /[A-Za-z_][\w$]*/y
const heredoc = /\$([A-Za-z_]\w*)?\$/y
const hexadecimal = /[xXbB]'[0-9a-fA-F]*'/y
const mark = /[-+*/%,.;:?=<>!()[\]{}|^@~]/y

/** Everything but spaces and comments. Throws `olap.sql_invalid` for what ClickHouse's lexer would not take either. */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(sql)?.[0]
  }
  while (at < sql.length) {
    const start = at
    const skipped = match(space) ?? match(comment)
    if (skipped !== undefined) {
      at += skipped.length
      continue
    }
    if (sql.startsWith('/*', at)) {
      at = closing(sql, '*/', at + 2, at, 'A comment')
      continue
    }
    const quote = sql.charAt(at)
    if (quote === "'" || quote === '"' || quote === '`') {
      at = quotedEnd(sql, at)
      const kind = quote === "'" ? 'string' : 'name'
      tokens.push({ kind, text: kind === 'name' ? nameText(sql, start, at) : sql.slice(start, at), at: start, end: at })
      continue
    }
    const opening = match(heredoc)
    if (opening !== undefined) {
      at = closing(sql, opening, at + opening.length, at, `The heredoc ${opening}`)
      tokens.push({ kind: 'string', text: sql.slice(start, at), at: start, end: at })
      continue
    }
    const [kind, text] =
      plain(match) ?? refuse(sql, at, `The character ${JSON.stringify(quote)} has no place in SQL here.`)
    at += text.length
    tokens.push({ kind, text, at: start, end: at })
  }
  return tokens
}

function plain(match: (pattern: RegExp) => string | undefined): readonly [TokenKind, string] | undefined {
  const kinds = [
    ['string', hexadecimal],
    ['word', word],
    ['number', number],
    ['mark', mark],
  ] as const
  for (const [kind, pattern] of kinds) {
    const text = match(pattern)
    if (text !== undefined) return [kind, text]
  }
  return undefined
}

/** Past the closing quote: a backslash takes the next character along, a doubled quote stands for one. */
function quotedEnd(sql: string, start: number): number {
  const quote = sql.charAt(start)
  for (let at = start + 1; at < sql.length; at++) {
    const character = sql.charAt(at)
    if (character === '\\') at++
    else if (character === quote) {
      if (sql.charAt(at + 1) !== quote) return at + 1
      at++
    }
  }
  return refuse(sql, start, `The quote ${quote} is not closed.`)
}

/** A quoted name must be plain text: an escape or a control character in a name serves only to look like another one. */
function nameText(sql: string, start: number, end: number): string {
  const text = sql.slice(start + 1, end - 1)
  for (const character of text) {
    if (character === '\\' || character < ' ') {
      refuse(sql, start, 'A quoted name may hold neither a backslash nor a control character.')
    }
  }
  return text
}

function closing(sql: string, end: string, from: number, start: number, what: string): number {
  const found = sql.indexOf(end, from)
  return found < 0 ? refuse(sql, start, `${what} is not closed.`) : found + end.length
}

function refuse(sql: string, at: number, message: string): never {
  throw olapErrors.sql_invalid(`${message} ${placeText(sql, at)}`)
}

/** "Line 3, column 7: near `FRM t`." */
export function placeText(sql: string, at: number): string {
  const before = sql.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  const near = sql
    .slice(at, at + 30)
    .split('\n')[0]
    ?.trim()
  return `Line ${line}, column ${column}${near === undefined || near === '' ? ', at the end' : `, near ${JSON.stringify(near)}`}.`
}
