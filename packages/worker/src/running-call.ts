// A call that is under way: what is told of it meanwhile, and what ends it.
//
//   carried out ─────────────────────────────────────▶ outcome ──▶ told, acknowledged
//        │ after 50 ms: step.started · every third of the lease: step.alive · log lines as they come
//        │ timeout, cancel ──▶ signal ──▶ (heeded, or given up after a while) ──▶ step.failed
//        └ the worker stops ──▶ signal ──▶ handed back, nothing told

import type { JournalRecord } from '@millrace/journal'
import { type CallContext, callId, encodeReport, pluginErrors, type StepRun, subjects } from '@millrace/plugin'
import { type Clock, deferred, durationFormat } from '@millrace/stdx'
import { type Outcome, stepError } from './call.ts'
import type { LentCall } from './call-context.ts'
import { abandonAfterMs, ackWaitMs, logsAfterMs, startedAfterMs, stopAbandonAfterMs } from './limits.ts'
import { WorkerStopping } from './process/attend.ts'
import type { Handed, Reporter } from './reporter.ts'
import { type StepLog, stepLog } from './step-log.ts'

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

export class RunningCall {
  readonly id: string
  readonly command: StepRun
  /** Resolves when the outcome is told, or the command handed back. Never rejects. */
  readonly done: Promise<void>
  readonly #around: CallSurroundings
  readonly #handed: Handed[]
  readonly #log: StepLog
  readonly #aborting = new AbortController()
  readonly #settled = deferred<Outcome>()
  readonly #afterwards: (() => void)[] = []
  readonly #startedAt: number
  readonly #everyMs: number
  #deadlineMs: number
  #aliveDueMs: number
  #abortedAtMs: number | undefined
  #waits = 0
  #announced = false
  #ended = false

  constructor(command: StepRun, handed: Handed, around: CallSurroundings) {
    const nowMs = around.clock.now()
    this.id = callId(command.runId, command)
    this.command = command
    this.#around = around
    this.#handed = [handed]
    this.#log = stepLog(command, around.worker, around.logLinesMax, around.clock.now)
    this.#startedAt = nowMs
    this.#everyMs = Math.max(1, Math.min(command.leaseMs, ackWaitMs) / 3)
    this.#deadlineMs = nowMs + command.timeoutMs
    this.#aliveDueMs = nowMs + this.#everyMs
    this.done = this.#settled.promise.then((outcome) => this.#finish(outcome))
    const context = around.contextOf({
      command,
      log: this.#log,
      signal: this.#aborting.signal,
      untimed: (wait) => this.#untimed(wait),
      after: (act) => void (this.#ended ? act() : this.#afterwards.push(act)),
    })
    void around.carryOut(command, this.#log, context).then(this.#settled.resolve)
  }

  /** Handed out again while it runs: acknowledged together. */
  handAgain(handed: Handed): void {
    this.#handed.push(handed)
  }

  abort(reason: unknown): void {
    if (this.#abortedAtMs !== undefined || this.#ended) return
    this.#abortedAtMs = this.#around.clock.now()
    this.#aborting.abort(reason)
  }

  /** Sees what is due. */
  look(nowMs: number): void {
    if (this.#ended) return
    if (!this.#announced && nowMs - this.#startedAt >= startedAfterMs) {
      this.#announced = true
      this.#mention('step.started')
    }
    if (nowMs >= this.#aliveDueMs) {
      this.#aliveDueMs = nowMs + this.#everyMs
      this.#mention('step.alive')
      for (const { delivery, acks } of this.#handed) void acks.extend([delivery]).catch(() => undefined)
    }
    const { oldestMs } = this.#log
    if (oldestMs !== undefined && nowMs - oldestMs >= logsAfterMs) void this.#tell({}).catch(() => undefined)
    if (this.#waits === 0 && nowMs >= this.#deadlineMs) this.abort(timedOut(this.command))
    if (this.#abortedAtMs !== undefined) this.#abandonAfter(nowMs - this.#abortedAtMs)
  }

  /** A plugin that does not heed its signal answers to nobody. */
  #abandonAfter(waitedMs: number): void {
    const { reason } = this.#aborting.signal
    const patienceMs = reason instanceof WorkerStopping ? stopAbandonAfterMs : abandonAfterMs
    if (waitedMs >= patienceMs) this.#settled.resolve({ type: 'step.failed', error: stepError(reason, this.#log) })
  }

  async #untimed<T>(wait: Promise<T>): Promise<T> {
    const fromMs = this.#around.clock.now()
    this.#waits++
    try {
      return await wait
    } finally {
      this.#waits--
      this.#deadlineMs += this.#around.clock.now() - fromMs
    }
  }

  async #finish(outcome: Outcome): Promise<void> {
    this.#ended = true
    this.#log.close()
    for (const act of this.#afterwards) act()
    if (this.#aborting.signal.reason instanceof WorkerStopping) {
      this.#around.ended(this, undefined)
      await this.#tell({}).catch(() => undefined)
      return this.#giveBack()
    }
    const body = this.#encode(outcome)
    this.#around.ended(this, body)
    // Not taken by the journal: the command is delivered again, here or elsewhere.
    await this.#tell({ report: this.#record(body), handed: this.#handed }).catch(() => this.#giveBack())
  }

  async #giveBack(): Promise<void> {
    for (const { delivery, acks } of this.#handed) await acks.nak([delivery], 0).catch(() => undefined)
  }

  /** The reporter says so when the journal does not take it; the outcome is what counts. */
  #mention(type: 'step.started' | 'step.alive'): void {
    void this.#tell({ report: this.#record(this.#encode({ type })) }).catch(() => undefined)
  }

  #tell(what: { readonly report?: JournalRecord; readonly handed?: readonly Handed[] }): Promise<void> {
    return this.#around.reporter.tell({ environment: this.command.environment, logs: this.#log.drain(), ...what })
  }

  #record(body: Uint8Array): JournalRecord {
    const { pool, plugin, runId } = this.command
    return { subject: subjects.report(pool, plugin, runId), body }
  }

  #encode(said: { readonly type: 'step.started' | 'step.alive' } | Outcome): Uint8Array {
    const { environment, runId, task, item, step, round, attempt, fence } = this.command
    const { worker, clock } = this.#around
    const head = { environment, runId, task, item, step, round, attempt, fence, worker }
    return encodeReport({ ...head, at: clock.now(), startedAt: this.#startedAt, ...said })
  }
}

function timedOut(command: StepRun) {
  const timeout = durationFormat(command.timeoutMs)
  return pluginErrors.timed_out(
    `The step took longer than its timeout of ${timeout} and was stopped. Raise \`timeout\`, or make the step do less.`,
    { details: { timeoutMs: command.timeoutMs } },
  )
}
