// The limits of the room, each with its reason.

/** One blob. It is read into memory whole; what is larger belongs in parts. */
export const blobBytesMax = 256 * 2 ** 20

/** A name, so that it fits a path and an object key of S3 (1,024 bytes) with a prefix before it. */
export const nameLengthMax = 512

/** One segment of a name: what file systems take. */
export const segmentLengthMax = 200

/** Names of one `list`. */
export const namesMax = 10_000

/** A half-written file this old belongs to a process that is no more. */
export const leftoverAgeMsMin = 3_600_000
