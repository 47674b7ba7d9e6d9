// Tells the journal what became of calls, many in one append.
//
//   log lines ──▶ appended ──▶ reports ──▶ appended ──▶ commands acknowledged
//
// In that order: whoever sees a step completed finds its lines, and a worker that dies before the acknowledgement has
// its command delivered again.

import type { Acknowledger, Delivery, Journal, JournalRecord } from '@millrace/journal'
import { batcher, type Clock, type Logger, messageOf, toMillraceError } from '@millrace/stdx'
import { encodeLogs, type LogRecord } from '@millrace/telemetry'
import { workerErrors } from './errors.ts'
import { reportsPerAppendMax, reportsWaitingMax } from './limits.ts'

/** A command as it was handed out, with what acknowledges it. */
export interface Handed {
  readonly delivery: Delivery
  readonly acks: Acknowledger
}

export interface Telling {
  readonly environment: string
  readonly logs: readonly LogRecord[]
  readonly report?: JournalRecord
  /** Acknowledged once the report is appended. */
  readonly handed?: readonly Handed[]
}

export interface Reporter {
  /** Resolves when told; rejects when the journal did not take the report. */
  tell(telling: Telling): Promise<void>
  drain(): Promise<void>
  /** From now on, what the journal does not take at once is given up. */
  hurry(): void
}

const retryMsMin = 50
const retryMsMax = 2_000

export function createReporter(journal: Journal, logger: Logger, clock: Clock): Reporter {
  let hurried = false

  const appendLogs = async (tellings: readonly Telling[]) => {
    const byEnvironment = new Map<string, LogRecord[]>()
    for (const { environment, logs } of tellings) {
      if (logs.length === 0) continue
      const all = byEnvironment.get(environment)
      if (all === undefined) byEnvironment.set(environment, [...logs])
      else for (const log of logs) all.push(log)
    }
    for (const [environment, logs] of byEnvironment) {
      try {
        await journal.append(encodeLogs(environment, logs))
      } catch (cause) {
        // An outcome weighs more than its lines: it goes out without them, and the loss is told here.
        logger.warn('log lines of steps are lost, because the journal did not take them', {
          environment,
          lines: logs.length,
          cause: messageOf(cause),
        })
      }
    }
  }

  const appendReports = async (records: readonly JournalRecord[]) => {
    for (let waitMs = retryMsMin; ; waitMs = Math.min(waitMs * 2, retryMsMax)) {
      try {
        return await journal.append(records)
      } catch (cause) {
        if (hurried || !toMillraceError(cause).retryable) throw cause
        logger.warn('the journal does not take reports; trying again', { waitMs, cause: messageOf(cause) })
        await new Promise<void>((resolve) => clock.after(waitMs, resolve))
      }
    }
  }

  const flush = async (tellings: readonly Telling[]) => {
    await appendLogs(tellings)
    const reports = tellings.flatMap((telling) => telling.report ?? [])
    if (reports.length > 0) await appendReports(reports)
    const byAcks = new Map<Acknowledger, Delivery[]>()
    for (const { handed = [] } of tellings) {
      for (const { delivery, acks } of handed) {
        const all = byAcks.get(acks)
        if (all === undefined) byAcks.set(acks, [delivery])
        else all.push(delivery)
      }
    }
    for (const [acks, deliveries] of byAcks) {
      // Not fatal: the command comes again, and its report is sent again from memory.
      await acks
        .ack(deliveries)
        .catch((cause) => logger.warn('commands were not acknowledged', { cause: messageOf(cause) }))
    }
    return tellings.map(() => undefined)
  }

  const tellings = batcher<Telling, void>(flush, {
    itemsMax: reportsPerAppendMax,
    waitingMax: reportsWaitingMax,
    overflow: () => workerErrors.reports_waiting(),
  })
  return { tell: tellings.submit, drain: tellings.drain, hurry: () => void (hurried = true) }
}
