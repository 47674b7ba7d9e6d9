// Every bound of this room, with its reason.

import type { QueryLimits } from '@millrace/olap'

/** Events of one call. What is more comes in several calls with tokens of their own. */
export const eventsMax = 100_000

/** Characters of a token: an idempotency key, or a run's step with its item and attempt. */
export const tokenCharactersMax = 512

/** JSON characters and events of one insert. In the worst case (all escapes, three bytes each) still one block. */
export const chunkCharactersMax = 1024 * 1024
export const chunkEventsMax = 10_000

/** How long the outcome of a batch is answered again. Retries of a step or a client come within hours. */
export const outcomeKeptMs = 7 * 24 * 3600 * 1000
export const pruneEveryMs = 3600 * 1000

/** Datasets kept compiled. */
export const datasetsKeptMax = 1_000

/** Two writers that widen a schema at once: the second tries again on what the first made of it. */
export const evolveTriesMax = 20

/** Datasets of one environment that a list shows. */
export const datasetsListedMax = 10_000

export const catalogueLimits: QueryLimits = {
  timeMsMax: 10_000,
  rowsMax: 100_000,
  memoryBytesMax: 256 * 1024 * 1024,
  resultBytesMax: 64 * 1024 * 1024,
}
