// Every bound of blobs, with its reason.

/** Leaves room for the directory's own path below the 4,096 bytes of most systems. */
export const nameLettersMax = 512

/** One blob is held in memory while it is written or read. */
export const blobBytesMax = 1024 ** 3

/** Names of one list; more come page by page. */
export const listNamesMax = 10_000
