// The limits of the room, each with its reason.

/** Longest statement on a server. Ours take milliseconds; one that takes this long waits for a lock or has lost its index. */
export const statementMsMax = 30_000

/** Longest transaction. It holds the one session of PGlite, or a connection of the pool, that everybody else waits for. */
export const transactionMsMax = 60_000

/** Longest wait for a connection, a free one or a new one. Beyond it the database counts as unreachable. */
export const connectMsMax = 10_000

/** First and longest pause before a lost connection for notices is made again. */
export const reconnectMsMin = 50
export const reconnectMsMax = 5_000

/** Statements kept prepared. The platform's own are some two hundred; texts made by a query builder must not pile up. */
export const preparedMax = 500

/** Calls that may wait for the one session of PGlite. Beyond it callers are told to come again. */
export const sessionWaitingMax = 100_000

/** Write-ahead log between checkpoints of PGlite: replayed after a crash (about 0.3 s), and disk beside the data. */
export const walBytesMax = 128 * 2 ** 20

/** Page cache of PGlite. The operating system caches the files too, so more of it only costs resident memory. */
export const pageCacheBytes = 64 * 2 ** 20

/**
 * Free space below which PGlite writes no more: three segments of write-ahead log. Without space for the next one
 * PostgreSQL stops at once, and within this process there is nobody to start it again.
 */
export const diskReserveBytes = 3 * 16 * 2 ** 20

/** How often the free space is looked at, at most. */
export const diskCheckMs = 100

/** How often PGlite looks for tables to vacuum. A table of ten thousand dead rows takes some 5 ms. */
export const vacuumEveryMs = 30_000

/** Dead rows a table may have, as in PostgreSQL's autovacuum but for the small base: a fifth of its size and these. */
export const deadRowsMax = 1_000
