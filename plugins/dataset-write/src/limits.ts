export const limits = {
  /** Events handed over at once: one batch of columns, and a request of some megabytes from a worker far away. */
  chunkEventsMax: 10_000,
} as const
