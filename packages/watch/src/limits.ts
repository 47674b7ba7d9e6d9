// Every bound of this room, with its reason.

import type { QueryLimits } from '@millrace/olap'

/** How long signals gather before they are inserted: with the insert, rows are visible within 200 ms; parts stay few. */
export const gatherMsMax = 60

/** The same under load, when one batch follows another: two parts a second and table instead of ten. */
export const gatherBusyMsMax = 500

/** Records handed over and not acknowledged. At their largest (512 KiB each) they fill 256 MiB. */
export const inFlightMax = 512

/** Records of one delivery. */
export const deliveryRecordsMax = 128

/** Not acknowledged for so long, the journal delivers again. While ClickHouse is away, the wait is prolonged. */
export const ackWaitMs = 60_000

/** How long the records of a batch cut short may take to come back: past the ack wait, when a journal gives up on us. */
export const recoveryMsMax = 2 * ackWaitMs

/** Waits between tries while ClickHouse is away. */
export const retryMsMin = 250
export const retryMsMax = 5_000

/** What the journal keeps for us while ClickHouse is away: about a day of a small platform, half an hour of a busy one. */
export const streamBytesMax = 2 * 1024 * 1024 * 1024
export const streamRecordsMax = 10_000_000

/** Environments whose tables are known to exist; beyond it they are checked again, which costs 20 ms each. */
export const environmentsKnownMax = 1_000

/** Lines or spans of one page. */
export const pageMax = 5_000

/** Characters of a search. */
export const searchCharactersMax = 1_000

/** The room's own queries, asked by a screen that waits. */
export const screenLimits: QueryLimits = {
  timeMsMax: 10_000,
  rowsMax: pageMax + 1,
  memoryBytesMax: 512 * 1024 * 1024,
  resultBytesMax: 64 * 1024 * 1024,
}
