// What a span and a log line are: OpenTelemetry's fields in plain JSON, with times in milliseconds since 1970. A fraction
// carries microseconds, which is as fine as a double still holds today's time.

export type AttributeValue = string | number | boolean
export type Attributes = Readonly<Record<string, AttributeValue>>

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export interface Span {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string
  /** Absent for the root. */
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  readonly kind?: SpanKind
  readonly startMs: number
  readonly endMs: number
  readonly attributes?: Attributes
  /** What it happened in; `service.name` becomes the column ServiceName. */
  readonly resource?: Attributes
  readonly scope?: Scope
  readonly status?: { readonly code: 'unset' | 'ok' | 'error'; readonly message?: string }
  readonly events?: readonly SpanEvent[]
  readonly links?: readonly SpanLink[]
}

export interface SpanEvent {
  readonly atMs: number
  readonly name: string
  readonly attributes?: Attributes
}

export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
  readonly traceState?: string
  readonly attributes?: Attributes
}

export interface Scope {
  readonly name: string
  readonly version?: string
}

export type Severity = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

export interface LogRecord {
  readonly atMs: number
  readonly traceId?: string
  readonly spanId?: string
  readonly severity: Severity
  readonly body: string
  readonly attributes?: Attributes
  readonly resource?: Attributes
  readonly scope?: Scope
  readonly eventName?: string
}

/** OpenTelemetry's SeverityNumber: the first of each range of four. */
export const severityNumbers: Readonly<Record<Severity, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
}

/** The severity whose range of four holds the number; 0 means unknown and reads as `info`. */
export function severityOf(number: number): Severity {
  if (number >= 21) return 'fatal'
  if (number >= 17) return 'error'
  if (number >= 13) return 'warn'
  if (number >= 9) return 'info'
  if (number >= 5) return 'debug'
  return number >= 1 ? 'trace' : 'info'
}

/** Attribute keys under which a run's spans and lines are found again. */
export const runAttributes = {
  run: 'millrace.run.id',
  playbook: 'millrace.playbook',
  task: 'millrace.task',
  step: 'millrace.step',
  item: 'millrace.item',
  attempt: 'millrace.attempt',
} as const
