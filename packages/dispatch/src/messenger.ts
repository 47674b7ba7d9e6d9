// What dispatch tells the world after a commit: commands to workers, spans to telemetry. And what it hears back.

import type { Journal, JournalRecord } from '@millrace/journal'
import { callSpanId, type Fact, type FactOf, idempotencyKey, type Run, spanOf } from '@millrace/playbook'
import { type CallAddress, encodeCancel, encodeRun, subjects } from '@millrace/plugin'
import { type Clock, type Logger, messageOf } from '@millrace/stdx'
import { encodeSpans, type Span } from '@millrace/telemetry'
import { dispatchLimits } from './limits.ts'

export interface Messenger {
  /** Sends the commands and cancellations that follow from committed facts. */
  send(environment: string, run: Run, facts: readonly Fact[]): void
  /** Hands the spans that committed facts ended to telemetry. */
  trace(environment: string, run: Run, facts: readonly Fact[]): void
  /** Resolves when all that was handed over so far is in the journal. */
  flush(): Promise<void>
}

export function createMessenger(options: { journal: Journal; clock: Clock; logger: Logger }): Messenger {
  const { journal, clock, logger } = options
  const append = (batch: readonly JournalRecord[]) => journal.append(batch)
  // Commands are as many as calls are out, and none may be lost; spans give way when the journal is away for long.
  const commands = outbox(append, Number.POSITIVE_INFINITY, clock, logger)
  const telemetry = outbox(append, dispatchLimits.spansWaitingMax, clock, logger)
  const spans = new Map<string, Span[]>()
  let gathered = 0

  const gatherSpans = () => {
    for (const [environment, ended] of spans) telemetry.put(encodeSpans(environment, ended))
    spans.clear()
    gathered = 0
  }

  return {
    send(environment, run, facts) {
      const out: JournalRecord[] = []
      for (const fact of facts) {
        if (fact.type === 'step.scheduled' || fact.type === 'step.reissued') {
          const command = commandOf(environment, run, fact)
          if (command !== undefined)
            out.push({
              subject: subjects.command(command.pool, command.plugin, run.id),
              body: encodeRun(command, clock.now()),
            })
        } else if (fact.type === 'step.cancelled') {
          const cancel = { runId: run.id, step: callOf(fact), reason: 'cancelled' }
          out.push({ subject: subjects.control(run.id), body: encodeCancel(cancel, clock.now()) })
        }
      }
      commands.put(out)
    },
    trace(environment, run, facts) {
      const ended = spans.get(environment) ?? []
      for (const fact of facts) {
        const span = spanOf(run, fact)
        if (span !== undefined) ended.push(telemetrySpan(span, environment))
      }
      if (ended.length === 0) return
      if (gathered++ === 0) setImmediate(gatherSpans)
      spans.set(environment, ended)
    },
    async flush() {
      gatherSpans()
      await Promise.all([commands.flush(), telemetry.flush()])
    },
  }
}

/**
 * Records on their way, in order, tried again while the journal is away: commands must arrive, spans should. Beyond
 * `recordsMax` waiting ones, new ones are dropped and counted.
 */
function outbox(
  append: (batch: readonly JournalRecord[]) => Promise<unknown>,
  recordsMax: number,
  clock: Clock,
  logger: Logger,
): { put(records: readonly JournalRecord[]): void; flush(): Promise<void> } {
  let waiting: JournalRecord[] = []
  let sending: Promise<void> | undefined
  let dropped = 0
  const send = async () => {
    for (let failures = 0; waiting.length > 0; ) {
      const batch = waiting.splice(0, dispatchLimits.recordsPerAppendMax)
      try {
        await append(batch)
        failures = 0
      } catch (cause) {
        failures++
        const error = messageOf(cause)
        logger.warn('the journal took no records; trying again', { records: batch.length, dropped, failures, error })
        waiting = [...batch, ...waiting]
        const pauseMs = Math.min(dispatchLimits.retryMs * 2 ** Math.min(failures, 10), dispatchLimits.retryMsMax)
        await new Promise<void>((resolve) => clock.after(pauseMs, resolve))
      }
    }
    sending = undefined
  }
  return {
    put(records) {
      const room = Math.max(0, recordsMax - waiting.length)
      dropped += Math.max(0, records.length - room)
      for (const record of records.slice(0, room)) waiting.push(record)
      if (waiting.length > 0) sending ??= send()
    },
    flush: () => sending ?? Promise.resolve(),
  }
}

function callOf({ task, item, step, round, attempt, fence }: CallAddress): CallAddress {
  return { task, item, step, round, attempt, fence }
}

function commandOf(environment: string, run: Run, fact: FactOf<'step.scheduled'> | FactOf<'step.reissued'>) {
  const item = run.tasks.get(fact.task)?.items[Math.max(fact.item, 0)]
  const step = item?.steps.find((it) => it?.spec.id === fact.step)
  // The turn may have gone on since the fact: a call that is no longer out needs no command.
  if (step === undefined || !run.out.has(step) || step.with === undefined || step.fence !== fact.fence) return undefined
  return {
    ...callOf(fact),
    environment,
    runId: run.id,
    playbook: run.playbook.name,
    version: run.version,
    plugin: step.spec.plugin,
    pool: step.pool,
    with: step.with,
    secrets: run.playbook.secrets,
    timeoutMs: step.timeoutMs,
    idempotencyKey: idempotencyKey(run.id, fact),
    traceId: run.traceId,
    spanId: callSpanId(run.id, fact),
    leaseMs: dispatchLimits.leaseMs,
  }
}

function telemetrySpan(span: NonNullable<ReturnType<typeof spanOf>>, environment: string): Span {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === '' ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: 'internal',
    startMs: span.startedAt,
    endMs: span.endedAt,
    attributes: span.attributes,
    resource: { 'service.name': 'millrace.dispatch', 'deployment.environment.name': environment },
    scope: { name: 'millrace.dispatch' },
    status: { code: span.status, ...(span.message === '' ? {} : { message: span.message }) },
  }
}
