// Every bound of this room, with its reason.

import type { QueryLimits } from './contract.ts'

/** Queries at once on the embedded engine: each holds one of libuv's threads, which files and DNS need as well. */
export const embeddedQueriesMax = 2

/** Inserts and statements at once on the embedded engine, beside the queries: one of libuv's four threads stays free. */
export const embeddedWritesMax = 1

/** Requests at once to a ClickHouse server, of each kind. */
export const serverQueriesMax = 16
export const serverWritesMax = 8

/** Callers that may wait for their turn; the next one hears `olap.busy`. Beyond this the answer comes too late anyway. */
export const waitingMax = 256

/** How long past its own limit a query may keep its caller waiting: ClickHouse looks at the clock between blocks. */
export const timeGraceMs = 5_000

/** JSON of one insert; a larger batch goes in parts. ClickHouse must take a part as one block for its token to count. */
export const insertPartBytesMax = 8 * 1024 * 1024
export const insertPartRowsMax = 50_000

/** Characters of one statement: ClickHouse's own `max_query_size`. */
export const sqlCharactersMax = 256 * 1024

/** Parameters of one query. */
export const parametersMax = 256

/** Statements of the platform itself (DDL) get long enough for a large ALTER. */
export const commandTimeMsMax = 120_000

/** The check of a person's SQL: parsing takes a millisecond, and a list of functions is small. */
export const confineLimits: QueryLimits = {
  timeMsMax: 5_000,
  rowsMax: 100_000,
  memoryBytesMax: 256 * 1024 * 1024,
  resultBytesMax: 16 * 1024 * 1024,
}

/** Memory of the whole embedded engine unless told otherwise: it shares the machine with the rest of the platform. */
export const embeddedMemoryBytesMax = 2 * 1024 * 1024 * 1024

/** Threads of one query unless told otherwise. */
export const embeddedThreadsMax = 4

/** Bytes of one answer held in memory. JSON is up to several times what `max_result_bytes` counts in columns. */
export const answerBytesMax = 512 * 1024 * 1024

/** Past every limit a server enforces itself: what has not answered by then will not. */
export const requestTimeMsMax = 600_000

/** How long closing waits for queries that run: the platform is to stop within three seconds. */
export const closeMsMax = 2_000
