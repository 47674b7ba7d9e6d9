// ClickHouse's faults in our words: which limit was hit and what to do, or what is wrong with the SQL.
// Numbers: ClickHouse src/Common/ErrorCodes.cpp.

import { durationFormat, invariant, MillraceError } from '@millrace/stdx'
import type { QueryLimits } from './contract.ts'
import { olapErrors } from './errors.ts'
import { EngineFault } from './wire.ts'

const number = {
  tooManyRows: 158,
  timeout: 159,
  tooSlow: 160,
  readonly: 164,
  socketTimeout: 209,
  memory: 241,
  noSpace: 243,
  tooManyParts: 252,
  tooManyBytes: 307,
  cancelled: 394,
  tooMuchResult: 396,
  sourceDenied: 497,
  loginFailed: 516,
} as const

/** What does not depend on what was asked. */
function generalRefusal(fault: unknown): MillraceError | undefined {
  if (fault instanceof MillraceError) return fault
  if (!(fault instanceof EngineFault)) return olapErrors.unreachable(messageText(fault), { cause: fault })
  const details = { engineCode: fault.number, engineName: fault.label }
  if (fault.number === number.noSpace || /No space left on device/i.test(fault.message)) {
    return olapErrors.disk_full(`The disk that holds the columns is full: ${fault.message}`, { details })
  }
  if (fault.number === number.loginFailed) {
    return olapErrors.unreachable(
      `The ClickHouse server refuses the login: ${fault.message}. Check user and password in \`olap:\`.`,
      { details },
    )
  }
  return undefined
}

/** A fault while answering a query under these limits. */
export function queryRefusal(fault: unknown, limits: QueryLimits): MillraceError {
  const general = generalRefusal(fault)
  if (general !== undefined) return general
  invariant(fault instanceof EngineFault, 'what is left is a fault of the engine')
  const details = { engineCode: fault.number, engineName: fault.label }
  switch (fault.number) {
    case number.timeout:
    case number.tooSlow:
      return timeRefusal(limits)
    case number.memory:
      return olapErrors.memory_limit(
        `The query needs more memory than its limit of ${megabytes(limits.memoryBytesMax)}. Aggregate over fewer groups, select fewer columns, or read a shorter range.`,
        { details },
      )
    case number.tooMuchResult:
      return /max rows/i.test(fault.message)
        ? olapErrors.rows_limit(
            `The result has more than ${limits.rowsMax} rows. Add LIMIT ${limits.rowsMax}, or aggregate.`,
            { details },
          )
        : resultRefusal(limits)
    case number.tooManyBytes:
      return resultRefusal(limits)
    case number.cancelled:
      return olapErrors.cancelled(undefined, { details })
    case number.readonly:
    case number.sourceDenied:
      return olapErrors.denied(`A query may only read: ${fault.message}`, { details })
    default:
      return olapErrors.sql_invalid(fault.message, { details })
  }
}

export function timeRefusal(limits: QueryLimits): MillraceError {
  return olapErrors.time_limit(
    `The query ran longer than its limit of ${durationFormat(limits.timeMsMax)}. Read a shorter time range or fewer columns, or aggregate first.`,
  )
}

export function resultRefusal(limits: QueryLimits): MillraceError {
  return olapErrors.result_limit(
    `The result is larger than its limit of ${megabytes(limits.resultBytesMax)}. Select fewer columns or rows.`,
  )
}

/** A fault while inserting. Only a full disk and an engine that was not reached are worth another try with the same rows. */
export function insertRefusal(fault: unknown, table: string): MillraceError {
  const general = generalRefusal(fault)
  if (general !== undefined) return general
  invariant(fault instanceof EngineFault, 'what is left is a fault of the engine')
  const details = { engineCode: fault.number, engineName: fault.label, table }
  const retryable = [number.timeout, number.memory, number.socketTimeout, number.tooManyParts, number.cancelled].some(
    (code) => code === fault.number,
  )
  return olapErrors.insert_failed(`${table} did not take the rows: ${fault.message}`, { details, retryable })
}

/** A fault in a statement of the platform's own. */
export function commandRefusal(fault: unknown): MillraceError {
  const general = generalRefusal(fault)
  if (general !== undefined) return general
  invariant(fault instanceof EngineFault, 'what is left is a fault of the engine')
  const details = { engineCode: fault.number, engineName: fault.label }
  return olapErrors.sql_invalid(fault.message, { details })
}

function messageText(fault: unknown): string {
  return `The column store does not answer: ${fault instanceof Error ? fault.message : String(fault)}`
}

function megabytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.round(bytes / 1024 / 1024)} MiB` : `${bytes} bytes`
}
