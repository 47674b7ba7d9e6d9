// Rows: SQL, transactions, notices. PGlite is PostgreSQL, so a statement is written once and runs on both.

/** Parameters are bound, never pasted. JSON goes in as text (`JSON.stringify`), arrays as arrays of scalars. */
export type SqlValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | readonly (null | boolean | number | string)[]

export interface Sql {
  /**
   * One statement with `$1…` parameters. int8 and numeric come back as numbers where safe (int8 beyond 2^53 is an
   * error), timestamptz as epoch milliseconds (number), jsonb parsed, bytea as Uint8Array: the same on every adapter.
   */
  query<Row extends object = Record<string, unknown>>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>
}

export interface Transaction extends Sql {
  /** Several statements without parameters, for migrations. */
  script(text: string): Promise<void>
}

export interface Store extends Sql {
  readonly dialect: 'pglite' | 'postgres'
  /**
   * Runs `work` in one transaction; a throw rolls back. Serialization failures and deadlocks surface as
   * `store.conflict`. Inside, only `sql` may be used: the store itself would wait for this very transaction to end.
   */
  transaction<T>(work: (sql: Transaction) => Promise<T>): Promise<T>
  /** Several statements without parameters, for migrations. */
  script(text: string): Promise<void>
  /** Hears `NOTIFY channel`. The answer stops listening. Reconnects by itself; notices may be missed while away. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>
  notify(channel: string, payload: string): Promise<void>
  /** Cheap liveness check; rejects with `store.unreachable`. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** A room's schema, in order. Versions are 1, 2, 3…; a published one never changes. */
export interface Migration {
  readonly room: string
  readonly version: number
  readonly name: string
  readonly script: string
}
