// The spans of one trace, in order of time. A span told twice (after a crash its teller may not know better) is shown once.

import { environmentDatabase, type Olap, quoteName } from '@millrace/olap'
import { type Span, type SpanRow, spanOf } from '@millrace/telemetry'
import { watchErrors } from './errors.ts'
import { pageMax } from './limits.ts'
import { rowsOrNone } from './logs.ts'

export interface SpanQuery {
  readonly environment: string
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** The `next` of the page before. */
  readonly after?: string
  readonly limit: number
}

export interface SpanPage {
  readonly items: readonly Span[]
  readonly next: string | undefined
}

const columns = [
  'Timestamp',
  'TraceId',
  'SpanId',
  'ParentSpanId',
  'TraceState',
  'SpanName',
  'SpanKind',
  'ServiceName',
  'ResourceAttributes',
  'ScopeName',
  'ScopeVersion',
  'SpanAttributes',
  'Duration',
  'StatusCode',
  'StatusMessage',
  'Events.Timestamp',
  'Events.Name',
  'Events.Attributes',
  'Links.TraceId',
  'Links.SpanId',
  'Links.TraceState',
  'Links.Attributes',
] as const satisfies readonly (keyof SpanRow)[]

export async function readSpans(olap: Olap, query: SpanQuery): Promise<SpanPage> {
  const limit = Math.max(1, Math.min(Math.floor(query.limit), pageMax))
  const after = query.after === undefined ? undefined : spanCursor(query.after)
  const database = quoteName(environmentDatabase(query.environment))
  // The small table says when the trace was, so that only that window of otel_traces is read.
  const sql = `WITH
      (SELECT min(Start) FROM ${database}.otel_traces_trace_id_ts WHERE TraceId = {trace:String}) AS began,
      (SELECT max(End) + 1 FROM ${database}.otel_traces_trace_id_ts WHERE TraceId = {trace:String}) AS ended
    SELECT ${columns.map((column) => `\`${column}\``).join(', ')}, toString(toUnixTimestamp64Nano(Timestamp))
    FROM ${database}.otel_traces
    WHERE TraceId = {trace:String} AND Timestamp >= began AND Timestamp <= ended
      ${after === undefined ? '' : 'AND (Timestamp, SpanId) > (fromUnixTimestamp64Nano({nanoseconds:Int64}), {span:String})'}
    ORDER BY Timestamp, SpanId LIMIT 1 BY SpanId LIMIT {limit:UInt32}`
  const parameters = { trace: query.traceId, limit: limit + 1, ...after }
  const rows = (await rowsOrNone(olap, sql, parameters)).map((row) => ({
    key: `${String(row[columns.length])}-${String(row[2])}`,
    span: spanOf(Object.fromEntries(columns.map((column, i) => [column, row[i]])) as unknown as SpanRow),
  }))
  const page = rows.slice(0, limit)
  return { items: page.map((row) => row.span), next: rows.length > limit ? page.at(-1)?.key : undefined }
}

function spanCursor(text: string): { readonly nanoseconds: string; readonly span: string } {
  const parts = /^(\d{1,19})-([0-9a-f]{0,32})$/.exec(text)
  if (parts === null) {
    throw watchErrors.cursor_invalid(
      `Found the cursor ${JSON.stringify(text.slice(0, 60))}; expected the \`next\` of the page before, unchanged.`,
    )
  }
  return { nanoseconds: parts[1] ?? '', span: parts[2] ?? '' }
}
