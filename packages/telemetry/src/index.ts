/** What signals are: spans and log lines, the rows they become, and the tables that hold them. */
export { keepDays, recordBytesMax } from './limits.ts'
export { decodeLogs, decodeSpans, encodeLogs, encodeSpans, type SignalRecord, telemetryStream } from './record.ts'
export {
  type LogRow,
  logId,
  logIdSql,
  logOf,
  logRow,
  type SpanRow,
  type StoredLog,
  spanOf,
  spanRow,
  timestampMs,
  timestampText,
} from './row.ts'
export {
  type Attributes,
  type AttributeValue,
  type LogRecord,
  runAttributes,
  type Scope,
  type Severity,
  type Span,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
  severityNumbers,
  severityOf,
} from './signal.ts'
export { type TableOptions, tables } from './tables.ts'
