// Who wants to hear of what was committed: screens, and whoever waits for a run to end.

import { deferred } from '@millrace/stdx'
import type { RunChange, RunSummary } from './contract.ts'

export interface Followers {
  follow(environment: string, runId: string | undefined, heard: (change: RunChange) => void): () => void
  /** True when somebody listens; telling nobody is not worth building a summary. */
  wanted(environment: string, runId: string): boolean
  tell(environment: string, runId: string, change: RunChange): void
}

type Heard = (change: RunChange) => void

export function createFollowers(): Followers {
  const rooms = new Map<string, Set<Heard>>()
  const roomOf = (environment: string, runId: string | undefined) => `${environment}/${runId ?? '*'}`
  return {
    follow(environment, runId, heard) {
      const room = roomOf(environment, runId)
      const ears = rooms.get(room) ?? new Set()
      rooms.set(room, ears)
      // Two followers may pass the same function; each must be able to leave alone.
      const ear: Heard = (change) => heard(change)
      ears.add(ear)
      return () => {
        ears.delete(ear)
        if (ears.size === 0) rooms.delete(room)
      }
    },
    wanted: (environment, runId) => rooms.has(roomOf(environment, runId)) || rooms.has(roomOf(environment, undefined)),
    tell(environment, runId, change) {
      for (const room of [roomOf(environment, runId), roomOf(environment, undefined)]) {
        for (const ear of rooms.get(room) ?? []) {
          try {
            ear(change)
          } catch {
            // What a listener does with the news must not undo what was committed; one that fails is let go.
            rooms.get(room)?.delete(ear)
          }
        }
      }
    },
  }
}

/** Resolves when the run has ended; rejects with the signal's reason. It listens before it looks, so nothing falls between. */
export async function endedRun(
  followers: Followers,
  environment: string,
  runId: string,
  look: () => Promise<RunSummary | undefined>,
  signal?: AbortSignal,
): Promise<RunSummary> {
  const ended = deferred<RunSummary>()
  const stop = followers.follow(environment, runId, ({ run }) => {
    if (run.endedAt !== undefined) ended.resolve(run)
  })
  const abort = () => ended.reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    signal?.throwIfAborted()
    const now = await look()
    return now?.endedAt === undefined ? await ended.promise : now
  } finally {
    stop()
    signal?.removeEventListener('abort', abort)
    ended.promise.catch(() => undefined)
  }
}
