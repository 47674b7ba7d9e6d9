// Some callers want to hear the end of what they started, in the same request. Waiting is bounded, in time and in number.

import type { RunDetail, RunSummary } from '@millrace/dispatch'
import { semaphore } from '@millrace/stdx'
import { Type } from 'typebox'
import type { Caller, Rooms } from '../contract.ts'
import type { Answer } from '../http/route.ts'
import { waitersMax, waitSecondsMax } from '../limits.ts'
import { runDetailJson, runJson } from './shapes.ts'

export const waitQuery = {
  wait: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: waitSecondsMax,
      description: 'Seconds to wait for the end of the run: 200 with its outputs when it ends in time, else 202.',
    }),
  ),
}

/** 202 and where the run is; or, when it ends within the wait, 200 and all of it. */
export async function startedAnswer(
  rooms: Rooms,
  caller: Caller,
  run: RunSummary,
  waitSeconds: number | undefined,
): Promise<Answer> {
  const headers = { Location: `/v1/runs/${run.id}` }
  const ended = waitSeconds ? await endedWithin(rooms, caller, run.id, waitSeconds * 1000) : undefined
  return ended === undefined
    ? { status: 202, headers, body: runJson(run) }
    : { status: 200, headers, body: runDetailJson(ended) }
}

const waiters = semaphore(waitersMax)

async function endedWithin(
  { dispatch, clock }: Rooms,
  { environment, signal }: Caller,
  id: string,
  waitMs: number,
): Promise<RunDetail | undefined> {
  // With too many waiting already, the caller is told where the run is and asks again.
  if (waiters.free === 0) return undefined
  const late = new AbortController()
  const cancel = clock.after(waitMs, () => late.abort())
  const release = await waiters.acquire()
  try {
    await dispatch.ended(environment, id, AbortSignal.any([signal, late.signal]))
    return await dispatch.run(environment, id)
  } catch (cause) {
    if (late.signal.aborted || signal.aborted) return undefined
    throw cause
  } finally {
    release()
    cancel()
  }
}
