// Runs that ended long ago go, with their facts and their bytes; what they wrote to datasets and telemetry has retention
// of its own. In small steps, so that nobody waits for it, and bytes before rows, so that a crash leaves nothing behind
// that the next sweep would not find.

import type { Blob } from '@millrace/blob'
import { type Cancel, type Clock, type Logger, messageOf } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { dispatchLimits } from './limits.ts'

export interface Retention {
  start(): void
  /** Removes what is due and answers how many runs went. */
  sweep(): Promise<number>
  stop(): Promise<void>
}

export function createRetention(options: {
  store: Store
  blob: Blob
  clock: Clock
  logger: Logger
  /** Milliseconds after its end that a run is kept. */
  keepMs: number
}): Retention {
  const { clock, logger, keepMs } = options
  let next: Cancel | undefined
  let sweeping: Promise<unknown> = Promise.resolve()
  let stopped = false

  const sweep = async (): Promise<number> => {
    let gone = 0
    for (let batches = 0; batches < dispatchLimits.sweepBatchesMax; batches++) {
      const removed = await removeBatch(options, clock.now() - keepMs)
      gone += removed
      if (removed < dispatchLimits.sweepRunsMax || stopped) break
    }
    if (gone > 0) logger.info('runs past their retention were removed', { runs: gone })
    return gone
  }
  const plan = (delayMs: number) => {
    next = clock.after(delayMs, () => {
      sweeping = sweep()
        .catch((cause: unknown) =>
          logger.warn('removing old runs failed and will be tried again', { error: messageOf(cause) }),
        )
        .finally(() => {
          if (!stopped) plan(dispatchLimits.sweepMs)
        })
    })
  }
  return {
    start: () => plan(dispatchLimits.sweepFirstMs),
    sweep,
    async stop() {
      stopped = true
      next?.()
      await sweeping
    },
  }
}

async function removeBatch({ store, blob }: { store: Store; blob: Blob }, endedBefore: number): Promise<number> {
  const rows = await store.query<{ id: string }>(
    'SELECT id FROM dispatch.run WHERE ended_at < $1 ORDER BY ended_at LIMIT $2',
    [endedBefore, dispatchLimits.sweepRunsMax],
  )
  if (rows.length === 0) return 0
  const ids = rows.map((row) => row.id)
  for (const id of ids) await removeBytes(blob, id)
  await store.query(
    `WITH gone AS (DELETE FROM dispatch.run WHERE id = ANY($1::text[]) AND ended_at IS NOT NULL RETURNING id)
     DELETE FROM dispatch.history WHERE run_id IN (SELECT id FROM gone)`,
    [ids],
  )
  return ids.length
}

/** What dispatch and workers keep for a run, by the beginnings of its names. */
async function removeBytes(blob: Blob, id: string): Promise<void> {
  for (const prefix of [`runs/${id}/`, `outputs/${id}/`]) {
    for (;;) {
      const names = await blob.list(prefix, dispatchLimits.sweepRunsMax)
      for (const name of names) await blob.remove(name)
      if (names.length < dispatchLimits.sweepRunsMax) break
    }
  }
}
