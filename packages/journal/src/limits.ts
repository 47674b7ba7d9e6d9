// The limits of the room, each with its reason.

/** Body of one record. An OTLP export is at most 4 MB by the defaults of its senders; larger things belong in blob. */
export const bodyBytesMax = 8 * 2 ** 20

/** Subject of one record: long enough for four names and an id, short enough to be compared for every consumer. */
export const subjectLengthMax = 512

/** Headers of one record as JSON: trace context and a few marks, not a second body. */
export const headersBytesMax = 16 * 2 ** 10

/** What a record costs beside its bytes: the objects around it, or its frame on disk. */
export const recordOverheadBytes = 64

/** Redelivery after a handler failed: doubles from the first to the last, so that a broken handler does not spin. */
export const failureDelayMsMin = 100
export const failureDelayMsMax = 30_000
