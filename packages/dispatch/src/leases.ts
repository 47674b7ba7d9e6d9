// Who is still at work. A worker says `step.alive` while it works; one that said so once and then falls silent has lost
// its call. (A call that no worker has taken yet waits in the journal, which redelivers by itself.)

import type { StepAddress } from '@millrace/playbook'
import { callId } from '@millrace/plugin'
import type { Cancel, Clock } from '@millrace/stdx'
import { dispatchLimits } from './limits.ts'

export interface Leases {
  renew(runId: string, at: StepAddress): void
  end(runId: string, at: StepAddress): void
  stop(): void
}

export function createLeases(clock: Clock, lost: (runId: string, at: StepAddress) => void): Leases {
  // In order of deadline, because every renewal puts a lease at the end.
  const leases = new Map<string, { runId: string; at: StepAddress; until: number }>()
  let watching: Cancel | undefined
  const watch = () => {
    watching = undefined
    const now = clock.now()
    for (const [id, lease] of leases) {
      if (lease.until > now) break
      leases.delete(id)
      lost(lease.runId, lease.at)
    }
    arm()
  }
  const arm = () => {
    if (leases.size > 0) watching ??= clock.after(dispatchLimits.leaseMs / 3, watch)
  }
  return {
    renew(runId, at) {
      const id = callId(runId, at)
      leases.delete(id)
      const { task, item, step, round, attempt, fence } = at
      leases.set(id, {
        runId,
        at: { task, item, step, round, attempt, fence },
        until: clock.now() + dispatchLimits.leaseMs,
      })
      arm()
    },
    end: (runId, at) => void leases.delete(callId(runId, at)),
    stop() {
      watching?.()
      leases.clear()
    },
  }
}
