// Columns: insert a named batch exactly once, query within limits. chDB is ClickHouse, so SQL is written once.

export interface QueryLimits {
  /** Wall time in milliseconds; over it: `olap.time_limit`. */
  readonly timeMsMax: number
  /** Rows of the result; over it: `olap.rows_limit` or, with `truncate`, cut there and `truncated` set. */
  readonly rowsMax: number
  readonly memoryBytesMax: number
  /** Bytes of the result. */
  readonly resultBytesMax: number
  readonly truncate?: boolean
}

export interface Column {
  readonly name: string
  /** ClickHouse type name, e.g. `Nullable(Float64)`. */
  readonly type: string
}

export interface QueryResult {
  readonly columns: readonly Column[]
  /** Row-major. 64-bit integers and decimals come as strings when beyond 2^53, dates as ClickHouse writes them; NaN and infinities as null. */
  readonly rows: readonly (readonly unknown[])[]
  readonly truncated: boolean
  readonly elapsedMs: number
  readonly rowsRead: number
  readonly bytesRead: number
}

export interface QueryOptions {
  /** Bound as ClickHouse query parameters: `{name:Type}` in the SQL. */
  readonly parameters?: Readonly<Record<string, string | number | boolean | null>>
  readonly limits: QueryLimits
  /** Aborted: ClickHouse stops computing, and the query ends with `olap.cancelled`. */
  readonly signal?: AbortSignal
  /** A person's SQL: read-only, and only these databases (`undefined`: the platform's own SQL, unrestricted). */
  readonly databases?: readonly string[]
}

export interface Olap {
  readonly dialect: 'chdb' | 'clickhouse'
  /** DDL and other statements of the platform itself. */
  command(sql: string): Promise<void>
  /**
   * Rows in, as objects by column name. The same `token` on the same table is once, also after `kill -9`, within the
   * table's deduplication window. Resolves when ClickHouse has them; answers how many rows were sent.
   */
  insert(table: string, rows: readonly object[], token: string): Promise<number>
  /** The same for JSONEachRow bytes already written. */
  insertBytes(table: string, jsonEachRow: Uint8Array, token: string): Promise<void>
  query(sql: string, options: QueryOptions): Promise<QueryResult>
  ping(): Promise<void>
  close(): Promise<void>
}

/** What every MergeTree of ours carries, so that tokens count (its default, 0, silently ignores them). */
export const deduplicationWindow = 10_000
