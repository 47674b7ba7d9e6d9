// Up to when everything that happened is known to be in the journal as telemetry. After a crash, newer facts are told
// again: their spans have the same ids, so that telling twice is harmless and telling nothing is impossible.

import { type Cancel, type Clock, type Logger, messageOf } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { dispatchLimits } from './limits.ts'

export interface Mark {
  read(): Promise<number>
  /** Something was committed. */
  moved(): void
  stop(): Promise<void>
}

export function createMark(options: { store: Store; clock: Clock; logger: Logger; flush: () => Promise<void> }): Mark {
  const { store, clock, logger, flush } = options
  let pending: Cancel | undefined
  let writing: Promise<void> = Promise.resolve()

  const write = async () => {
    pending = undefined
    const value = clock.now()
    try {
      await flush()
      await store.query(
        `INSERT INTO dispatch.mark (name, value) VALUES ('telemetry', $1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        [value],
      )
    } catch (cause) {
      logger.warn('the telemetry mark was not written; a crash now would tell more spans again', {
        error: messageOf(cause),
      })
    }
  }

  return {
    async read() {
      const rows = await store.query<{ value: number }>("SELECT value FROM dispatch.mark WHERE name = 'telemetry'")
      return rows[0]?.value ?? 0
    },
    moved() {
      pending ??= clock.after(dispatchLimits.markMs, () => {
        writing = write()
      })
    },
    async stop() {
      pending?.()
      await writing
      await write()
    },
  }
}
