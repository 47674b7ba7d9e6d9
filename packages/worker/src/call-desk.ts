// The desk where commands arrive: each is carried out once, whatever is delivered again, overtaken by its cancellation, or
// comes when the worker is leaving.

import type { Acknowledger, Delivery } from '@millrace/journal'
import {
  callId,
  decodeCancel,
  decodeRun,
  pluginErrors,
  type StepCancel,
  type StepRun,
  subjects,
} from '@millrace/plugin'
import type { Cancel, Logger } from '@millrace/stdx'
import { lookEveryMs, recentBytesMax, recentCallsMax, recentCancelsMax } from './limits.ts'
import { recentCalls } from './recent-calls.ts'
import type { Handed, Reporter } from './reporter.ts'
import { type CallSurroundings, RunningCall } from './running-call.ts'

export interface CallDesk {
  /** Resolves when the delivery has been answered, or given back. */
  take(delivery: Delivery, acks: Acknowledger): Promise<void>
  /** The body of a `step.cancel`. */
  cancel(body: Uint8Array): void
  /** Takes nothing new from now on. */
  close(): void
  abortAll(reason: unknown): void
  /** Resolves when nothing runs. */
  idle(): Promise<void>
}

export function createCallDesk(around: Omit<CallSurroundings, 'ended'>, logger: Logger): CallDesk {
  const { clock, reporter } = around
  const running = new Map<string, RunningCall>()
  const recent = recentCalls(recentCallsMax, recentBytesMax)
  const cancels = recentCancels()
  let looking: Cancel | undefined
  let closed = false

  const look = () => {
    const nowMs = clock.now()
    for (const call of running.values()) call.look(nowMs)
    looking = running.size > 0 ? clock.after(lookEveryMs, look) : undefined
  }

  const surroundings: CallSurroundings = {
    ...around,
    ended(call, report) {
      running.delete(call.id)
      if (report !== undefined) recent.put(call.id, report)
    },
  }

  return {
    take(delivery, acks) {
      const handed: Handed = { delivery, acks }
      const command = decodeRun(delivery.body)
      if (command === undefined) {
        logger.error('a record on a command subject is no step.run and is dropped', { subject: delivery.subject })
        return acks.ack([delivery])
      }
      const id = callId(command.runId, command)
      const same = running.get(id)
      if (same !== undefined) {
        same.handAgain(handed)
        return same.done
      }
      const report = recent.get(id)
      if (report !== undefined) return answerAgain(reporter, command, report, handed)
      if (closed) return acks.nak([delivery], 0)
      const call = new RunningCall(command, handed, surroundings)
      running.set(id, call)
      const reason = cancels.reasonFor(command)
      if (reason !== undefined) call.abort(cancelled(reason))
      looking ??= clock.after(lookEveryMs, look)
      return call.done
    },
    cancel(body) {
      const message = decodeCancel(body)
      if (message === undefined) return
      cancels.add(message)
      for (const call of running.values()) {
        const reason = cancels.reasonFor(call.command)
        if (reason !== undefined) call.abort(cancelled(reason))
      }
    },
    close() {
      closed = true
    },
    abortAll(reason) {
      for (const call of running.values()) call.abort(reason)
    },
    async idle() {
      await Promise.all([...running.values()].map((call) => call.done))
    },
  }
}

function answerAgain(reporter: Reporter, command: StepRun, body: Uint8Array, handed: Handed): Promise<void> {
  const subject = subjects.report(command.pool, command.plugin, command.runId)
  const telling = { environment: command.environment, logs: [], report: { subject, body }, handed: [handed] }
  return reporter.tell(telling).catch(() => handed.acks.nak([handed.delivery], 0))
}

/** A cancellation may overtake its command, which waits in the stream: the latest are remembered. */
function recentCancels() {
  const reasons = new Map<string, string>()
  return {
    add({ runId, step, reason }: StepCancel) {
      reasons.set(step === undefined ? runId : callId(runId, step), reason)
      for (const oldest of reasons.keys()) {
        if (reasons.size <= recentCancelsMax) return
        reasons.delete(oldest)
      }
    },
    reasonFor(command: StepRun): string | undefined {
      return reasons.size === 0
        ? undefined
        : (reasons.get(command.runId) ?? reasons.get(callId(command.runId, command)))
    },
  }
}

function cancelled(reason: string) {
  return pluginErrors.cancelled(`The step was cancelled: ${reason}.`)
}
