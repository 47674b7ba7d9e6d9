// A call that is under way: what is told of it meanwhile, and what ends it.
//
//   carried out ─────────────────────────────────────▶ outcome ──▶ told, acknowledged
//        │ after 50 ms: step.started · every third of the lease: step.alive · log lines as they come
//        │ timeout, cancel ──▶ signal ──▶ (heeded, or given up after a while) ──▶ step.failed
//        └ the worker stops ──▶ signal ──▶ handed back, nothing told

import {
  type CallAddress,
  type CallContext,
  callId,
  encodeReport,
  pluginErrors,
  type StepReport,
  type StepRun,
  subjects,
} from '@millrace/plugin'
import { type Clock, deferred, durationFormat } from '@millrace/stdx'
import { type Outcome, stepError } from './call.ts'
import type { LentCall } from './call-context.ts'
import { abandonAfterMs, ackWaitMs, logsAfterMs, startedAfterMs, stopAbandonAfterMs } from './limits.ts'
import { WorkerStopping } from './process/attend.ts'
import type { Handed, Reporter } from './reporter.ts'
import { stepLog } from './step-log.ts'

export interface RunningCall {
  readonly id: string
  readonly command: StepRun
  /** Handed out again while it runs: acknowledged together. */
  handAgain(handed: Handed): void
  abort(reason: unknown): void
  /** Sees what is due. */
  look(nowMs: number): void
  /** Resolves when the outcome is told, or the command handed back. Never rejects. */
  readonly done: Promise<void>
}

export interface CallSurroundings {
  readonly worker: string
  readonly clock: Clock
  readonly reporter: Reporter
  readonly logLinesMax: number
  contextOf(call: LentCall): CallContext
  carryOut(command: StepRun, log: LentCall['log'], context: CallContext): Promise<Outcome>
  /** The outcome is known; what is delivered again from now on gets this report. */
  ended(call: RunningCall, report: Uint8Array | undefined): void
}

export function startCall(command: StepRun, first: Handed, around: CallSurroundings): RunningCall {
  const { clock, reporter } = around
  const startedAt = clock.now()
  const aborting = new AbortController()
  const settled = deferred<Outcome>()
  const log = stepLog(command, around.worker, around.logLinesMax, clock.now)
  const handed: Handed[] = [first]
  const afterwards: (() => void)[] = []
  const subject = subjects.report(command.pool, command.plugin, command.runId)
  const everyMs = Math.max(1, Math.min(command.leaseMs, ackWaitMs) / 3)
  let deadlineMs = startedAt + command.timeoutMs
  let aliveDueMs = startedAt + everyMs
  let abortedAtMs: number | undefined
  let waits = 0
  let announced = false
  let ended = false

  const encode = (said: { type: 'step.started' | 'step.alive' } | Outcome) =>
    encodeReport({ ...head(command), worker: around.worker, startedAt, at: clock.now(), ...said } as StepReport)
  // The reporter has said so when the journal does not take it; the outcome is what counts.
  const mention = (type: 'step.started' | 'step.alive') =>
    void reporter
      .tell({ environment: command.environment, logs: log.drain(), report: { subject, body: encode({ type }) } })
      .catch(() => undefined)

  const giveBack = async () => {
    for (const { delivery, acks } of handed) await acks.nak([delivery], 0).catch(() => undefined)
  }

  const finish = async (outcome: Outcome) => {
    ended = true
    log.close()
    for (const act of afterwards) act()
    const stopping = aborting.signal.reason instanceof WorkerStopping
    const body = stopping ? undefined : encode(outcome)
    around.ended(call, body)
    const telling = { environment: command.environment, logs: log.drain() }
    if (body === undefined) {
      await reporter.tell(telling).catch(() => undefined)
      return giveBack()
    }
    // Not taken by the journal: the command is delivered again, here or elsewhere.
    await reporter.tell({ ...telling, report: { subject, body }, handed }).catch(giveBack)
  }

  const call: RunningCall = {
    id: callId(command.runId, command),
    command,
    handAgain: (again) => void handed.push(again),
    abort(reason) {
      if (aborting.signal.aborted || ended) return
      abortedAtMs = clock.now()
      aborting.abort(reason)
    },
    look(nowMs) {
      if (ended) return
      if (!announced && nowMs - startedAt >= startedAfterMs) {
        announced = true
        mention('step.started')
      }
      if (nowMs >= aliveDueMs) {
        aliveDueMs = nowMs + everyMs
        mention('step.alive')
        for (const { delivery, acks } of handed) void acks.extend([delivery]).catch(() => undefined)
      }
      if (log.oldestMs !== undefined && nowMs - log.oldestMs >= logsAfterMs) {
        void reporter.tell({ environment: command.environment, logs: log.drain() }).catch(() => undefined)
      }
      if (waits === 0 && nowMs >= deadlineMs) call.abort(timedOut(command))
      if (abortedAtMs === undefined) return
      const { reason } = aborting.signal
      const patienceMs = reason instanceof WorkerStopping ? stopAbandonAfterMs : abandonAfterMs
      if (nowMs - abortedAtMs >= patienceMs) settled.resolve({ type: 'step.failed', error: stepError(reason, log) })
    },
    done: settled.promise.then(finish),
  }

  const context = around.contextOf({
    command,
    signal: aborting.signal,
    log,
    async untimed(wait) {
      const fromMs = clock.now()
      waits++
      try {
        return await wait
      } finally {
        waits--
        deadlineMs += clock.now() - fromMs
      }
    },
    after: (act) => void (ended ? act() : afterwards.push(act)),
  })
  void around.carryOut(command, log, context).then(settled.resolve)
  return call
}

function timedOut(command: StepRun) {
  const timeout = durationFormat(command.timeoutMs)
  return pluginErrors.timed_out(
    `The step took longer than its timeout of ${timeout} and was stopped. Raise \`timeout\`, or make the step do less.`,
    { details: { timeoutMs: command.timeoutMs } },
  )
}

/** What a report repeats of its command. */
function head(command: StepRun): CallAddress & { readonly environment: string; readonly runId: string } {
  const { environment, runId, task, item, step, round, attempt, fence } = command
  return { environment, runId, task, item, step, round, attempt, fence }
}
