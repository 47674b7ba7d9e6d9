// What the conformance tests of this room share: the memory under test, and limits that no test meets by accident.

import type { Olap, QueryLimits, QueryOptions, QueryResult } from './contract.ts'

/** The memory under test, with a database `lab` of its own. */
export interface Bench {
  olap: Olap
  query(sql: string, options?: Partial<QueryOptions>): Promise<QueryResult>
  rows(sql: string, options?: Partial<QueryOptions>): Promise<QueryResult['rows']>
  /** The error code that a query ends with, or its rows when it does not. */
  code(sql: string, options?: Partial<QueryOptions>): Promise<unknown>
}

export const roomy: QueryLimits = {
  timeMsMax: 20_000,
  rowsMax: 100_000,
  memoryBytesMax: 2 ** 30,
  resultBytesMax: 2 ** 26,
}
export const person = { databases: ['lab'] } as const
