// Log lines for a screen: of a run, a step, a service, or all; oldest first, a page at a time.

import { environmentDatabase, type Olap, type QueryOptions, quoteName } from '@millrace/olap'
import { idTime, MillraceError } from '@millrace/stdx'
import { logId, runAttributes, type Severity, severityNumbers, severityOf, timestampMs } from '@millrace/telemetry'
import { cursorAfter, cursorRead } from './cursor.ts'
import { watchErrors } from './errors.ts'
import { pageMax, screenLimits, searchCharactersMax } from './limits.ts'

export interface LogQuery {
  readonly environment: string
  readonly runId?: string
  readonly task?: string
  readonly step?: string
  readonly item?: number
  /** Found anywhere in the line, in either case. */
  readonly search?: string
  readonly severityMin?: Severity
  /** The `next` of the page before. */
  readonly after?: string
  readonly limit: number
}

export interface LogLine {
  /** Sorts lines by time; the same as `decodeLogs` gives while the line passes through the journal. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly severity: Severity
  readonly text: string
  readonly task: string | undefined
  readonly step: string | undefined
  readonly item: number | undefined
  readonly attempt: number | undefined
  readonly traceId: string
  readonly spanId: string
  /** All of the line's own attributes, those above among them. */
  readonly attributes: Readonly<Record<string, string>>
}

export interface LogPage {
  readonly items: readonly LogLine[]
  /** Absent when nothing more is there by now. */
  readonly next: string | undefined
}

/** A run's lines are written after the run got its id; clocks of two machines may differ by this much. */
const clockSkewMs = 60_000

export async function readLogs(olap: Olap, query: LogQuery): Promise<LogPage> {
  const limit = Math.max(1, Math.min(Math.floor(query.limit), pageMax))
  const after = query.after === undefined ? undefined : cursorRead(query.after)
  const { where, parameters } = conditions(query, after)
  const sql = `SELECT toString(Timestamp) AS at, SeverityNumber, Body, TraceId, SpanId, LogAttributes
    FROM ${quoteName(environmentDatabase(query.environment))}.otel_logs
    ${where.length === 0 ? '' : `WHERE ${where.join('\n      AND ')}`}
    ORDER BY Timestamp, CRC32(Body) LIMIT {limit:UInt32} OFFSET {shown:UInt32}`
  const rows = await rowsOrNone(olap, sql, { ...parameters, limit: limit + 1, shown: after?.shown ?? 0 })
  const items = rows.slice(0, limit).map(lineOf)
  const next =
    rows.length > limit
      ? cursorAfter(
          items.map((line) => line.id),
          after,
        )
      : undefined
  return { items, next }
}

type Parameters = NonNullable<QueryOptions['parameters']>

function conditions(query: LogQuery, after: ReturnType<typeof cursorRead> | undefined) {
  const where: string[] = []
  const parameters: Record<string, string | number> = {}
  const attribute = (key: string, value: string | number | undefined) => {
    if (value === undefined) return
    const name = key.replaceAll('.', '_')
    where.push(`LogAttributes['${key}'] = {${name}:String}`)
    parameters[name] = String(value)
  }
  if (query.runId !== undefined) {
    const born = idTime(query.runId)
    if (born !== undefined) {
      where.push('Timestamp >= fromUnixTimestamp64Milli({born:Int64})')
      parameters['born'] = born - clockSkewMs
    }
  }
  attribute(runAttributes.run, query.runId)
  attribute(runAttributes.task, query.task)
  attribute(runAttributes.step, query.step)
  attribute(runAttributes.item, query.item)
  if (query.severityMin !== undefined) {
    where.push('SeverityNumber >= {severity:UInt8}')
    parameters['severity'] = severityNumbers[query.severityMin]
  }
  if (query.search !== undefined && query.search !== '') {
    if (query.search.length > searchCharactersMax) {
      throw watchErrors.search_invalid(
        `The search has ${query.search.length} characters; at most ${searchCharactersMax} are looked for.`,
      )
    }
    where.push('positionCaseInsensitiveUTF8(Body, {search:String}) > 0')
    parameters['search'] = query.search
  }
  if (after !== undefined) {
    where.push('Timestamp >= fromUnixTimestamp64Nano({nanoseconds:Int64})')
    where.push('(Timestamp, CRC32(Body)) >= (fromUnixTimestamp64Nano({nanoseconds:Int64}), {checksum:UInt32})')
    parameters['nanoseconds'] = after.nanoseconds
    parameters['checksum'] = after.checksum
  }
  return { where, parameters }
}

/** An environment nobody has written to yet has no tables, and so no lines. */
export async function rowsOrNone(
  olap: Olap,
  sql: string,
  parameters: Parameters,
): Promise<readonly (readonly unknown[])[]> {
  try {
    return (await olap.query(sql, { parameters, limits: screenLimits })).rows
  } catch (fault) {
    const name = fault instanceof MillraceError ? fault.details['engineName'] : undefined
    if (name === 'UNKNOWN_DATABASE' || name === 'UNKNOWN_TABLE') return []
    throw fault
  }
}

function lineOf(row: readonly unknown[]): LogLine {
  const [at, severity, body, traceId, spanId, map] = row as [
    string,
    number,
    string,
    string,
    string,
    Record<string, string>,
  ]
  return {
    id: logId(at, body),
    at: timestampMs(at),
    severity: severityOf(severity),
    text: body,
    task: map[runAttributes.task],
    step: map[runAttributes.step],
    item: numberOf(map[runAttributes.item]),
    attempt: numberOf(map[runAttributes.attempt]),
    traceId,
    spanId,
    attributes: map,
  }
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text)
  return text === undefined || text === '' || Number.isNaN(number) ? undefined : number
}
