// The few ends a statement can come to, said the same way whatever the database.

import { pluginErrors } from '@millrace/plugin'

interface Refusal {
  /** What the server said. */
  readonly message: string
  /** The server's own code: SQLSTATE, or a number. */
  readonly code: string
  readonly sqlState?: string | undefined
  /** 1-based, in characters of the SQL. */
  readonly position?: number | undefined
  readonly hint?: string | undefined
  readonly retryable?: boolean
  readonly cause?: unknown
}

/** `place` is the target's `shown`. */
export function refused(place: string, sql: string, refusal: Refusal) {
  const { message, code, sqlState, position, hint, retryable = false, cause } = refusal
  const at = position === undefined ? '' : `, at ${placeOf(sql, position)}`
  const more = hint === undefined ? '' : ` Hint: ${hint}`
  return pluginErrors.sql_failed(`${place} refused the statement: ${message} (${sqlState ?? code})${at}.${more}`, {
    retryable,
    cause,
    details: defined({ code, sqlState, position, ...(position === undefined ? {} : lineOf(sql, position)) }),
  })
}

export function unreachable(place: string, what: string, cause: unknown) {
  const code = (cause as { code?: unknown }).code
  return pluginErrors.sql_unreachable(`${place}: ${what}`, { cause, details: defined({ code }) })
}

export function timedOut(place: string, timeMsMax: number, cause?: unknown) {
  return pluginErrors.timed_out(
    `${place} stopped the statement after ${timeMsMax} ms. Make it faster, or raise the step's \`timeout\`.`,
    { cause },
  )
}

export function wrongParameters(place: string, expected: string) {
  return pluginErrors.input_invalid(`${place} takes ${expected}.`)
}

/** Node's words for a connection that is not there, or no longer. */
export function networkTrouble(code: unknown): string | undefined {
  const said: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there (connection refused). Check host and port.',
    ENOTFOUND: 'the host name is not known. Check its spelling.',
    EAI_AGAIN: 'the name server does not answer.',
    ETIMEDOUT: 'no connection within the time allowed.',
    EHOSTUNREACH: 'no way leads there.',
    ENETUNREACH: 'no way leads there.',
    ECONNRESET: 'the connection broke.',
    EPIPE: 'the connection broke.',
  }
  return typeof code === 'string' ? said[code] : undefined
}

function placeOf(sql: string, position: number): string {
  const { line, column } = lineOf(sql, position)
  return `line ${line}, column ${column}`
}

function lineOf(sql: string, position: number): { line: number; column: number } {
  const before = [...sql].slice(0, position - 1).join('')
  const lines = before.split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

function defined(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
