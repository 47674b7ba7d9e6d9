// Signals on their way through the journal. A body is JSONEachRow lines of the standard table, written once by whoever
// saw the span end, so that the watch loop only joins bytes and hands them to ClickHouse.

import { recordBytesMax } from './limits.ts'
import { type LogRow, logOf, logRow, type SpanRow, type StoredLog, spanOf, spanRow } from './row.ts'
import type { LogRecord, Span } from './signal.ts'

/** What `journal.append` takes. */
export interface SignalRecord {
  readonly subject: string
  readonly body: Uint8Array
}

/** The stream that every signal passes through. */
export const telemetryStream = 'telemetry'

/** Records for `journal.append`: as many as the record limit asks for, none for no spans. */
export function encodeSpans(environment: string, spans: readonly Span[]): readonly SignalRecord[] {
  return encode(`${telemetryStream}.${environment}.trace`, spans, (span) => JSON.stringify(spanRow(span)))
}

/** Lines of the same instant are set a nanosecond apart, so that they keep the order they were given in. */
export function encodeLogs(environment: string, logs: readonly LogRecord[]): readonly SignalRecord[] {
  let lastMs = Number.NaN
  let nanoseconds = 0
  return encode(`${telemetryStream}.${environment}.log`, logs, (log) => {
    nanoseconds = log.atMs === lastMs ? nanoseconds + 1 : 0
    lastMs = log.atMs
    return JSON.stringify(logRow(log, nanoseconds))
  })
}

export function decodeSpans(body: Uint8Array): readonly Span[] {
  return lines(body).map((line) => spanOf(JSON.parse(line) as SpanRow))
}

export function decodeLogs(body: Uint8Array): readonly StoredLog[] {
  return lines(body).map((line) => logOf(JSON.parse(line) as LogRow))
}

const utf8 = new TextEncoder()
const utf8Text = new TextDecoder()

function encode<T>(subject: string, items: readonly T[], line: (item: T) => string): readonly SignalRecord[] {
  const records: SignalRecord[] = []
  let text = ''
  const flush = () => {
    if (text !== '') records.push({ subject, body: utf8.encode(text) })
    text = ''
  }
  for (const item of items) {
    const next = line(item)
    // A UTF-16 unit is at most three bytes of UTF-8; counting so keeps every record under its limit without encoding twice.
    if (text !== '' && (text.length + next.length) * 3 > recordBytesMax) flush()
    text += `${next}\n`
  }
  flush()
  return records
}

function lines(body: Uint8Array): readonly string[] {
  return utf8Text
    .decode(body)
    .split('\n')
    .filter((line) => line !== '')
}
