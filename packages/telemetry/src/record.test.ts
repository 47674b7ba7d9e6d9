import { expect, test } from 'vitest'
import {
  decodeLogs,
  decodeSpans,
  encodeLogs,
  encodeSpans,
  type LogRecord,
  logId,
  logRow,
  recordBytesMax,
  type Span,
  severityOf,
  spanRow,
  tables,
  timestampMs,
  timestampText,
} from './index.ts'

const span: Span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '00f067aa0ba902b7',
  traceState: 'a=1',
  name: 'fetch.get',
  kind: 'client',
  startMs: 1767225600123.456,
  endMs: 1767225600125.956,
  attributes: { 'http.status': 200, retried: false },
  resource: { 'service.name': 'millrace.worker' },
  scope: { name: 'millrace', version: '1' },
  status: { code: 'error', message: 'refused' },
  events: [{ atMs: 1767225600124, name: 'retry', attributes: { attempt: 2 } }],
  links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceState: '', attributes: {} }],
}

function line(body: string, atMs = 1767225600123): LogRecord {
  return { atMs, severity: 'info', body }
}

test('a span becomes a row of the standard table and comes back, attributes as text', () => {
  expect(spanRow(span)).toMatchObject({
    Timestamp: '1767225600.123456000',
    Duration: 2_500_000,
    SpanKind: 'Client',
    StatusCode: 'Error',
    ServiceName: 'millrace.worker',
    SpanAttributes: { 'http.status': '200', retried: 'false' },
    'Events.Name': ['retry'],
  })
  const [record] = encodeSpans('dev', [span])
  expect(record?.subject).toBe('telemetry.dev.trace')
  expect(decodeSpans(record?.body ?? new Uint8Array())).toEqual([
    {
      ...span,
      attributes: { 'http.status': '200', retried: 'false' },
      events: [{ atMs: 1767225600124, name: 'retry', attributes: { attempt: '2' } }],
    },
  ])
})

test('a span that ends before it starts lasts no time', () => {
  expect(spanRow({ ...span, endMs: span.startMs - 5 }).Duration).toBe(0)
})

test('lines of the same instant keep their order, and each has its own id', () => {
  const bodies = ['c', 'a', 'b', 'a']
  const logs = encodeLogs('dev', [...bodies.map((body) => line(body)), line('later', 1767225600124)]).flatMap(
    (record) => decodeLogs(record.body),
  )
  const ids = logs.map((log) => log.id)
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(5)
  expect(logs.map((log) => log.body)).toEqual([...bodies, 'later'])
})

test('no signals make no record, and many make several, each within the limit', () => {
  expect(encodeLogs('dev', [])).toEqual([])
  const records = encodeLogs(
    'dev',
    Array.from({ length: 400 }, (_, i) => line(`${i} ${'€'.repeat(3000)}`)),
  )
  expect(records.length).toBeGreaterThan(1)
  for (const { body } of records) expect(body.length).toBeLessThanOrEqual(recordBytesMax)
  expect(records.flatMap((record) => decodeLogs(record.body))).toHaveLength(400)
})

test('a line that is too long is cut on a whole character and says so', () => {
  const { Body } = logRow(line(`${'x'.repeat(64 * 1024 - 1)}😀 and more`))
  expect(Body).toMatch(/x… \(11 more characters\)$/)
  expect(Body).not.toContain('\ud83d…')
})

test('attributes beyond the limit are left out, and hostile keys do no harm', () => {
  const attributes = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i]))
  expect(Object.keys(logRow({ ...line('x'), attributes }).LogAttributes)).toHaveLength(128)
  const hostile = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>
  expect(JSON.stringify(logRow({ ...line('x'), attributes: hostile }).LogAttributes)).toContain('"constructor":"y"')
})

test('times survive the way through text to the microsecond', () => {
  for (const ms of [0, 1767225600123.456, 1767225600999.999, 4102444800000]) {
    expect(timestampMs(timestampText(ms))).toBe(ms)
  }
  expect(timestampText(1000.999, 1001)).toBe('1.001000001')
  expect(timestampMs('2026-01-01 00:00:00.123456789')).toBe(1767225600123.456)
  expect(timestampMs('2026-01-01 00:00:00')).toBe(1767225600000)
})

test('an id is the nanosecond and the checksum that ClickHouse computes', () => {
  // SELECT CRC32('123456789') answers 3421780262, the check value of CRC-32/ISO-HDLC.
  expect(logId('2026-01-01 00:00:00.123456789', '123456789')).toBe('1767225600123456789-3421780262')
  expect(logId('1767225600.123456789', '123456789')).toBe('1767225600123456789-3421780262')
})

test('every severity number has a word', () => {
  expect([0, 1, 4, 5, 9, 12, 13, 17, 20, 21, 24].map(severityOf)).toEqual([
    'info',
    'trace',
    'trace',
    'debug',
    'info',
    'info',
    'warn',
    'error',
    'error',
    'fatal',
    'fatal',
  ])
})

test('the tables carry the names that dashboards ask for, with and without text indexes', () => {
  for (const textIndex of [true, false]) {
    const statements = tables('dev', { textIndex, deduplicationWindow: 100 }).join('\n')
    for (const name of [
      'otel_logs',
      'otel_traces',
      'otel_traces_trace_id_ts_mv',
      'otel_metrics_gauge',
      'otel_metrics_sum',
    ]) {
      expect(statements).toContain(`\`dev\`.${name} `)
    }
    expect(statements.includes('text(tokenizer')).toBe(textIndex)
    expect(statements.match(/non_replicated_deduplication_window = 100/g)).toHaveLength(8)
  }
})
