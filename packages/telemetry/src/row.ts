// A signal as a row of the standard tables (the OpenTelemetry ClickHouse exporter's columns), and back.

import { crc32 } from './crc32.ts'
import { attributeCharactersMax, attributesMax, bodyCharactersMax } from './limits.ts'
import {
  type Attributes,
  type LogRecord,
  type Scope,
  type Span,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
  severityNumbers,
  severityOf,
} from './signal.ts'

type TextMap = Record<string, string>

export interface SpanRow {
  readonly Timestamp: string
  readonly TraceId: string
  readonly SpanId: string
  readonly ParentSpanId: string
  readonly TraceState: string
  readonly SpanName: string
  readonly SpanKind: string
  readonly ServiceName: string
  readonly ResourceAttributes: TextMap
  readonly ScopeName: string
  readonly ScopeVersion: string
  readonly SpanAttributes: TextMap
  /** Nanoseconds. */
  readonly Duration: number
  readonly StatusCode: string
  readonly StatusMessage: string
  readonly 'Events.Timestamp': readonly string[]
  readonly 'Events.Name': readonly string[]
  readonly 'Events.Attributes': readonly TextMap[]
  readonly 'Links.TraceId': readonly string[]
  readonly 'Links.SpanId': readonly string[]
  readonly 'Links.TraceState': readonly string[]
  readonly 'Links.Attributes': readonly TextMap[]
}

export interface LogRow {
  readonly Timestamp: string
  readonly TraceId: string
  readonly SpanId: string
  readonly SeverityText: string
  readonly SeverityNumber: number
  readonly ServiceName: string
  readonly Body: string
  readonly ResourceAttributes: TextMap
  readonly ScopeName: string
  readonly ScopeVersion: string
  readonly LogAttributes: TextMap
  readonly EventName: string
}

export function spanRow(span: Span): SpanRow {
  const events = span.events ?? []
  const links = span.links ?? []
  return {
    Timestamp: timestampText(span.startMs),
    TraceId: span.traceId,
    SpanId: span.spanId,
    ParentSpanId: span.parentSpanId ?? '',
    TraceState: span.traceState ?? '',
    SpanName: cut(span.name, attributeCharactersMax),
    SpanKind: capital(span.kind ?? 'internal'),
    ServiceName: serviceName(span.resource),
    ResourceAttributes: textMap(span.resource),
    ScopeName: span.scope?.name ?? '',
    ScopeVersion: span.scope?.version ?? '',
    SpanAttributes: textMap(span.attributes),
    Duration: Math.max(0, Math.round((span.endMs - span.startMs) * 1000) * 1000),
    StatusCode: capital(span.status?.code ?? 'unset'),
    StatusMessage: cut(span.status?.message ?? '', bodyCharactersMax),
    'Events.Timestamp': events.map((event) => timestampText(event.atMs)),
    'Events.Name': events.map((event) => event.name),
    'Events.Attributes': events.map((event) => textMap(event.attributes)),
    'Links.TraceId': links.map((link) => link.traceId),
    'Links.SpanId': links.map((link) => link.spanId),
    'Links.TraceState': links.map((link) => link.traceState ?? ''),
    'Links.Attributes': links.map((link) => textMap(link.attributes)),
  }
}

/** `nanoseconds` are added to the time, to keep lines of the same microsecond apart and in order. */
export function logRow(log: LogRecord, nanoseconds = 0): LogRow {
  return {
    Timestamp: timestampText(log.atMs, nanoseconds),
    TraceId: log.traceId ?? '',
    SpanId: log.spanId ?? '',
    SeverityText: log.severity.toUpperCase(),
    SeverityNumber: severityNumbers[log.severity],
    ServiceName: serviceName(log.resource),
    Body: cut(log.body, bodyCharactersMax),
    ResourceAttributes: textMap(log.resource),
    ScopeName: log.scope?.name ?? '',
    ScopeVersion: log.scope?.version ?? '',
    LogAttributes: textMap(log.attributes),
    EventName: log.eventName ?? '',
  }
}

/** The span that `spanRow` made the row from; attribute values come back as text, since the standard maps hold text. */
export function spanOf(row: SpanRow): Span {
  const startMs = timestampMs(row.Timestamp)
  return {
    traceId: row.TraceId,
    spanId: row.SpanId,
    ...(row.ParentSpanId === '' ? {} : { parentSpanId: row.ParentSpanId }),
    ...(row.TraceState === '' ? {} : { traceState: row.TraceState }),
    name: row.SpanName,
    kind: spanKindOf(row.SpanKind),
    startMs,
    endMs: startMs + Number(row.Duration) / 1e6,
    attributes: row.SpanAttributes,
    resource: row.ResourceAttributes,
    ...scopeOf(row),
    status: {
      code: row.StatusCode === 'Error' ? 'error' : row.StatusCode === 'Ok' ? 'ok' : 'unset',
      ...(row.StatusMessage === '' ? {} : { message: row.StatusMessage }),
    },
    events: row['Events.Name'].map(
      (name, i): SpanEvent => ({
        atMs: timestampMs(row['Events.Timestamp'][i] ?? row.Timestamp),
        name,
        attributes: row['Events.Attributes'][i] ?? {},
      }),
    ),
    links: row['Links.TraceId'].map(
      (traceId, i): SpanLink => ({
        traceId,
        spanId: row['Links.SpanId'][i] ?? '',
        traceState: row['Links.TraceState'][i] ?? '',
        attributes: row['Links.Attributes'][i] ?? {},
      }),
    ),
  }
}

/** A line that has been written: `id` sorts lines by time and is the same wherever the line is met. */
export interface StoredLog extends LogRecord {
  readonly id: string
}

/** The line that `logRow` made the row from. */
export function logOf(row: LogRow): StoredLog {
  return {
    id: logId(row.Timestamp, row.Body),
    atMs: timestampMs(row.Timestamp),
    ...(row.TraceId === '' ? {} : { traceId: row.TraceId }),
    ...(row.SpanId === '' ? {} : { spanId: row.SpanId }),
    severity: severityOf(row.SeverityNumber),
    body: row.Body,
    attributes: row.LogAttributes,
    resource: row.ResourceAttributes,
    ...scopeOf(row),
    ...(row.EventName === '' ? {} : { eventName: row.EventName }),
  }
}

/** What `logIdSql` computes in ClickHouse: nanoseconds since 1970, and the checksum of the body. */
export function logId(timestamp: string, body: string): string {
  return `${nanosecondsText(timestamp)}-${crc32(body)}`
}

export const logIdSql = "concat(toString(toUnixTimestamp64Nano(Timestamp)), '-', toString(CRC32(Body)))"

/** Seconds with nine decimals, as DateTime64(9) reads them. A double tells microseconds apart; the rest comes separately. */
export function timestampText(ms: number, nanoseconds = 0): string {
  const microseconds = Math.round(ms * 1000) + Math.floor(nanoseconds / 1000)
  const seconds = Math.floor(microseconds / 1e6)
  const fraction = (microseconds - seconds * 1e6) * 1000 + (nanoseconds % 1000)
  return `${seconds}.${String(fraction).padStart(9, '0')}`
}

/** Reads `timestampText`, and `YYYY-MM-DD hh:mm:ss.fraction` in UTC as ClickHouse writes it. To the microsecond. */
export function timestampMs(text: string): number {
  return Math.floor(Number(nanosecondsText(text).slice(0, -3))) / 1000
}

/** Nanoseconds since 1970, as digits: beyond what a double holds. */
function nanosecondsText(timestamp: string): string {
  const written = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(timestamp)
  const [whole = '0', decimals = ''] =
    written === null
      ? timestamp.split('.')
      : [String(Date.parse(`${written[1]}T${written[2]}Z`) / 1000), written[3] ?? '']
  return `${whole}${decimals.padEnd(9, '0').slice(0, 9)}`
}

function textMap(attributes: Attributes | undefined): TextMap {
  const map: TextMap = {}
  let count = 0
  for (const key in attributes) {
    if (++count > attributesMax) break
    map[key] = cut(String(attributes[key]), attributeCharactersMax)
  }
  return map
}

function serviceName(resource: Attributes | undefined): string {
  return String(resource?.['service.name'] ?? '')
}

function scopeOf(row: { ScopeName: string; ScopeVersion: string }): { scope?: Scope } {
  if (row.ScopeName === '') return {}
  return { scope: { name: row.ScopeName, ...(row.ScopeVersion === '' ? {} : { version: row.ScopeVersion }) } }
}

function spanKindOf(text: string): SpanKind {
  const kind = text.toLowerCase()
  return kind === 'server' || kind === 'client' || kind === 'producer' || kind === 'consumer' ? kind : 'internal'
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Cuts on a whole character and says that it did. */
function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text
  const last = text.charCodeAt(charactersMax - 1)
  const end = last >= 0xd800 && last <= 0xdbff ? charactersMax - 1 : charactersMax
  return `${text.slice(0, end)}… (${text.length - end} more characters)`
}
