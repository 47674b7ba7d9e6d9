// What every database is asked, and what it answers.

import type { Json, JsonObject } from '@millrace/plugin'

export interface Statement {
  readonly sql: string
  readonly parameters: readonly Json[] | JsonObject | undefined
  readonly rowsMax: number
  readonly bytesMax: number
  readonly timeMsMax: number
  readonly signal: AbortSignal
}

export interface Column {
  readonly name: string
  /** In the database's own words. */
  readonly type: string
}

export interface Answer {
  readonly columns: readonly Column[]
  readonly rows: readonly JsonObject[]
  /** Rows in the result; for a statement without one, rows it changed. */
  readonly rowCount: number
}

/** One database, reached over a bounded number of connections. */
export interface Database {
  run(statement: Statement): Promise<Answer>
  close(): Promise<void>
}
