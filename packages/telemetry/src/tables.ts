// The OpenTelemetry tables as the ClickHouse exporter makes them from v0.151 on, so that Grafana's trace, log and service
// views and everybody's saved SQL work unchanged. Ours add a retention and the window that makes insert tokens count.
// Source: opentelemetry-collector-contrib, exporter/clickhouseexporter/internal/sqltemplates (Apache-2.0).

import { keepDays } from './limits.ts'

export interface TableOptions {
  /** ClickHouse 26.2 and later have the text index; earlier ones get bloom filters in its place. */
  readonly textIndex: boolean
  /** How many inserted batches a table remembers by token. */
  readonly deduplicationWindow: number
}

const text = 'String CODEC(ZSTD(1))'
const word = 'LowCardinality(String) CODEC(ZSTD(1))'
const map = 'Map(LowCardinality(String), String) CODEC(ZSTD(1))'
const instant = 'DateTime64(9) CODEC(Delta(8), ZSTD(1))'

/** Resource attributes that Kubernetes dashboards filter by, kept as columns of their own. */
const hotAttributes = [
  'k8s.cluster.name',
  'k8s.container.name',
  'k8s.deployment.name',
  'k8s.namespace.name',
  'k8s.node.name',
  'k8s.pod.name',
  'k8s.pod.uid',
  'deployment.environment.name',
]

/** Statements that make every standard table in a database that exists; running them again changes nothing. */
export function tables(database: string, options: TableOptions): readonly string[] {
  const make = (name: string, columns: readonly string[], engine: string) =>
    `CREATE TABLE IF NOT EXISTS \`${database}\`.${name} (\n  ${columns.join(',\n  ')}\n) ${engine}\n` +
    `SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, ` +
    `non_replicated_deduplication_window = ${options.deduplicationWindow}`
  return [
    make('otel_logs', logColumns(options), logEngine),
    make('otel_traces', traceColumns(options), traceEngine),
    make('otel_traces_trace_id_ts', traceTimeColumns, traceTimeEngine),
    traceTimeView(database),
    ...metricTables.map(({ name, columns }) => make(name, metricColumns(columns), metricEngine)),
  ]
}

function logColumns(options: TableOptions): readonly string[] {
  return [
    `Timestamp ${instant}`,
    `TraceId ${text}`,
    `SpanId ${text}`,
    'TraceFlags UInt8',
    `SeverityText ${word}`,
    'SeverityNumber UInt8',
    `ServiceName ${word}`,
    `Body ${text}`,
    `ResourceSchemaUrl ${word}`,
    `ResourceAttributes ${map}`,
    `ScopeSchemaUrl ${word}`,
    `ScopeName ${text}`,
    `ScopeVersion ${word}`,
    `ScopeAttributes ${map}`,
    `LogAttributes ${map}`,
    `EventName ${text}`,
    ...hotAttributes.map(
      (key) =>
        `\`__otel_materialized_${key}\` LowCardinality(String) MATERIALIZED ResourceAttributes['${key}'] CODEC(ZSTD(1))`,
    ),
    ...traceIdIndex(options),
    ...mapIndexes(options, ['ResourceAttributes', 'ScopeAttributes', 'LogAttributes']),
    options.textIndex
      ? "INDEX idx_lower_body lower(Body) TYPE text(tokenizer = 'splitByNonAlpha')"
      : 'INDEX idx_body Body TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8',
  ]
}

const logEngine = `ENGINE = MergeTree PARTITION BY toDate(Timestamp)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay(${keepDays})`

function traceColumns(options: TableOptions): readonly string[] {
  return [
    `Timestamp ${instant}`,
    `TraceId ${text}`,
    `SpanId ${text}`,
    `ParentSpanId ${text}`,
    `TraceState ${text}`,
    `SpanName ${word}`,
    `SpanKind ${word}`,
    `ServiceName ${word}`,
    `ResourceAttributes ${map}`,
    `ScopeName ${text}`,
    `ScopeVersion ${text}`,
    `SpanAttributes ${map}`,
    'Duration UInt64 CODEC(T64, ZSTD(1))',
    `StatusCode ${word}`,
    `StatusMessage ${text}`,
    'Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes Map(LowCardinality(String), String)) CODEC(ZSTD(1))',
    'Links Nested (TraceId String, SpanId String, TraceState String, Attributes Map(LowCardinality(String), String)) CODEC(ZSTD(1))',
    ...traceIdIndex(options),
    ...mapIndexes(options, ['ResourceAttributes', 'SpanAttributes']),
    'INDEX idx_duration Duration TYPE minmax GRANULARITY 1',
    'INDEX idx_lower_span_name lower(SpanName) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8',
  ]
}

const traceEngine = `ENGINE = MergeTree PARTITION BY toDate(Timestamp)
PRIMARY KEY (ServiceName, SpanName, toDateTime(Timestamp)) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp), Timestamp)
TTL toDateTime(Timestamp) + toIntervalDay(${keepDays})`

const traceTimeColumns = [
  `TraceId ${text}`,
  'Start SimpleAggregateFunction(min, DateTime) CODEC(Delta, ZSTD(1))',
  'End SimpleAggregateFunction(max, DateTime) CODEC(Delta, ZSTD(1))',
  'INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1',
]

const traceTimeEngine = `ENGINE = AggregatingMergeTree PARTITION BY toStartOfWeek(Start) ORDER BY TraceId
TTL Start + toIntervalDay(${keepDays})`

/** A trace by its id is found by time first: this small table says when, so that otel_traces is read in that window. */
function traceTimeView(database: string): string {
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS \`${database}\`.otel_traces_trace_id_ts_mv TO \`${database}\`.otel_traces_trace_id_ts AS
SELECT TraceId, toDateTime(min(Timestamp)) AS Start, toDateTime(max(Timestamp)) AS End
FROM \`${database}\`.otel_traces WHERE TraceId != '' GROUP BY TraceId`
}

function traceIdIndex(options: TableOptions): readonly string[] {
  return [
    options.textIndex
      ? "INDEX idx_trace_id TraceId TYPE text(tokenizer = 'array')"
      : 'INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1',
  ]
}

function mapIndexes(options: TableOptions, columns: readonly string[]): readonly string[] {
  const type = options.textIndex ? "text(tokenizer = 'array')" : 'bloom_filter(0.01) GRANULARITY 1'
  return columns.flatMap((column) => [
    `INDEX idx_${snake(column)}_key mapKeys(${column}) TYPE ${type}`,
    `INDEX idx_${snake(column)}_value mapValues(${column}) TYPE ${type}`,
  ])
}

function snake(column: string): string {
  return column.replace('Attributes', '_attr').toLowerCase().replace('resource', 'res')
}

const exemplars =
  'Exemplars Nested (FilteredAttributes Map(LowCardinality(String), String), TimeUnix DateTime64(9), Value Float64, SpanId String, TraceId String) CODEC(ZSTD(1))'
const extremes = [
  'Min Float64 CODEC(ZSTD(1))',
  'Max Float64 CODEC(ZSTD(1))',
  'AggregationTemporality Int32 CODEC(ZSTD(1))',
]
const totals = ['Count UInt64 CODEC(Delta(8), ZSTD(1))', 'Sum Float64 CODEC(ZSTD(1))']

const metricTables: readonly { readonly name: string; readonly columns: readonly string[] }[] = [
  { name: 'otel_metrics_gauge', columns: ['Value Float64 CODEC(ZSTD(1))', exemplars] },
  {
    name: 'otel_metrics_sum',
    columns: [
      'Value Float64 CODEC(ZSTD(1))',
      'AggregationTemporality Int32 CODEC(ZSTD(1))',
      'IsMonotonic Boolean CODEC(Delta(1), ZSTD(1))',
      exemplars,
    ],
  },
  {
    name: 'otel_metrics_histogram',
    columns: [
      ...totals,
      'BucketCounts Array(UInt64) CODEC(ZSTD(1))',
      'ExplicitBounds Array(Float64) CODEC(ZSTD(1))',
      exemplars,
      ...extremes,
    ],
  },
  {
    name: 'otel_metrics_exponential_histogram',
    columns: [
      ...totals,
      'Scale Int32 CODEC(ZSTD(1))',
      'ZeroCount UInt64 CODEC(ZSTD(1))',
      'PositiveOffset Int32 CODEC(ZSTD(1))',
      'PositiveBucketCounts Array(UInt64) CODEC(ZSTD(1))',
      'NegativeOffset Int32 CODEC(ZSTD(1))',
      'NegativeBucketCounts Array(UInt64) CODEC(ZSTD(1))',
      exemplars,
      ...extremes,
    ],
  },
  {
    name: 'otel_metrics_summary',
    columns: [...totals, 'ValueAtQuantiles Nested (Quantile Float64, Value Float64) CODEC(ZSTD(1))'],
  },
]

function metricColumns(own: readonly string[]): readonly string[] {
  return [
    `ResourceAttributes ${map}`,
    `ResourceSchemaUrl ${text}`,
    `ScopeName ${text}`,
    `ScopeVersion ${text}`,
    `ScopeAttributes ${map}`,
    'ScopeDroppedAttrCount UInt32 CODEC(ZSTD(1))',
    `ScopeSchemaUrl ${text}`,
    `ServiceName ${word}`,
    `MetricName ${word}`,
    `MetricDescription ${word}`,
    `MetricUnit ${word}`,
    `Attributes ${map}`,
    'StartTimeUnix DateTime64(9) CODEC(Delta(8), ZSTD(1))',
    'TimeUnix DateTime64(9) CODEC(Delta(8), ZSTD(1))',
    'Flags UInt32 CODEC(ZSTD(1))',
    ...own,
    ...mapIndexes({ textIndex: false, deduplicationWindow: 0 }, [
      'ResourceAttributes',
      'ScopeAttributes',
      'Attributes',
    ]),
    'INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1',
  ]
}

const metricEngine = `ENGINE = MergeTree PARTITION BY toDate(TimeUnix)
ORDER BY (MetricName, ServiceName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
TTL toDateTime(TimeUnix) + toIntervalDay(${keepDays})`
