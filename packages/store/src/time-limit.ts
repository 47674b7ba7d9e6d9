// A transaction that waits for something other than the database would stop everybody behind it, silently and for ever.

import { tooLongError } from './statement-error.ts'

/** The result of `work`, or `store.transaction_too_long` after `limitMs`; the work itself cannot be stopped. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLongError(limitMs)), limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
