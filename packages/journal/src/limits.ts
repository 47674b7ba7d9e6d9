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

/** A segment of a stream on disk: large enough to be few, small enough that freeing one frees soon. */
export const segmentBytesMin = 64 * 2 ** 10
export const segmentBytesMax = 16 * 2 ** 20

/** A stream is at least this many segments, so that what is needed no more can go while the rest stays. */
export const segmentsPerStream = 8

/** Records a stream on disk also keeps in memory, so that consumers that keep up never touch the disk. */
export const cacheBytesMax = 16 * 2 ** 20

/** How much a reader takes from the disk at once; a frame may be larger. */
export const readBytes = 256 * 2 ** 10

/** Distance of the marks by which a reader finds its position in a segment. */
export const markEveryBytes = 64 * 2 ** 10

/** Appends that wait for the disk. Beyond either, callers are told to come again. */
export const waitingCallsMax = 100_000
export const waitingBytesMax = 64 * 2 ** 20

/** Appends written with one fdatasync. */
export const callsPerWriteMax = 10_000

/** Acknowledgements are written down this long after the first: a crash in between only means redelivery. */
export const saveDelayMs = 25
