// What one call may carry.

export const limits = {
  /** In base64 just what a step's output may hold (64 MiB). */
  bytesMax: 48 * 1024 * 1024,
  /** Names in one list: a screenful for people, a page for programs. */
  namesDefault: 1_000,
  namesMax: 10_000,
} as const
