// What a database says, as an error of ours. SQLSTATE decides (PostgreSQL manual, appendix A); the values that were
// bound must never come out: they may be secrets, and an error is logged, stored and shown.

import { type MillraceError, messageOf } from '@millrace/stdx'
import { storeErrors } from './errors.ts'

/** The parts both libraries give: `pg.DatabaseError` and PGlite's error message. */
export interface DatabaseComplaint {
  readonly code?: string | undefined
  readonly message?: string | undefined
  readonly constraint?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
}

/** 08 connection, 53300 too many connections, 57P01…3 shutting down or starting up. */
const away = /^(?:08...|53300|57P0[123])$/
/** 28 wrong user or password, 3D000 no such database: the server is there, the address is wrong. */
const refused = /^(?:28...|3D000)$/
/** Serialization failure, deadlock. */
const conflict = /^40(?:001|P01)$/
/** Over `statement_timeout`, or a lock that was not to be had in time: another time it may be. */
const tooLong = /^(?:57014|55P03)$/

export function statementError(complaint: DatabaseComplaint, statement: string): MillraceError {
  const sqlstate = complaint.code ?? 'XX000'
  const said = withoutValues(sqlstate, complaint.message ?? 'no message')
  const details = { sqlstate, ...only(complaint) }
  if (away.test(sqlstate)) return storeErrors.unreachable(`The database does not answer: ${said}.`, { details })
  if (refused.test(sqlstate)) {
    const message = `The database refuses the connection: ${said}. Check user, password and database name in \`store:\`.`
    return storeErrors.unreachable(message, { details, retryable: false })
  }
  if (conflict.test(sqlstate)) return storeErrors.conflict(undefined, { details })
  if (sqlstate === '53100') return storeErrors.disk_full(undefined, { details })
  return storeErrors.statement_failed(`The database refused a statement (${sqlstate}): ${said}.`, {
    details: { ...details, statement: opening(statement) },
    retryable: tooLong.test(sqlstate),
  })
}

/** A value came back that has no exact form here, for example an int8 beyond 2^53. */
export function valueError(thrown: unknown, statement: string): MillraceError {
  return storeErrors.statement_failed(`A value of the result cannot be read: ${messageOf(thrown)}.`, {
    details: { sqlstate: '22003', statement: opening(statement) },
  })
}

/** COMMIT answered ROLLBACK: a statement had failed, and whoever ran it went on regardless. */
export function abortedError(): MillraceError {
  return storeErrors.statement_failed(
    'The transaction was rolled back: one of its statements had failed, and the error was not passed on.',
    { details: { sqlstate: '25P02' } },
  )
}

/** The embedded database gave up, as PostgreSQL does when it cannot write its log. */
export function stoppedError(reason: string): MillraceError {
  return storeErrors.unreachable(
    `The embedded database has stopped: ${reason}. Start Millrace again; nothing that was acknowledged is lost.`,
    { retryable: false },
  )
}

export function tooLongError(limitMs: number): MillraceError {
  return storeErrors.transaction_too_long(
    `A transaction was still open after ${limitMs / 1000} s and was rolled back, because everybody else waits for it.`,
  )
}

/** Class 22 is about data, and its messages quote it: `invalid input syntax for type integer: "s3cret"`. */
function withoutValues(sqlstate: string, message: string): string {
  const quiet = sqlstate.startsWith('22') ? message.replace(/".*"/s, '"…"') : message
  return quiet.replace(/\.$/, '')
}

function only(complaint: DatabaseComplaint): Record<string, string> {
  const found: Record<string, string> = {}
  for (const key of ['constraint', 'table', 'column'] as const) {
    const value = complaint[key]
    if (value !== undefined && value !== null) found[key] = value
  }
  return found
}

function opening(statement: string): string {
  const line = statement.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
