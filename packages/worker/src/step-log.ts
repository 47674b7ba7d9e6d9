// The log lines of one call: masked, bounded in length and number, on their way to the journal while it runs.

import type { LogLine, StepRun } from '@millrace/plugin'
import { type LogRecord, runAttributes } from '@millrace/telemetry'
import { lineCharactersMax } from './limits.ts'
import type { Mask } from './secret-mask.ts'

export interface StepLog {
  /** Set once the secrets of the call are known; nothing is written before. */
  mask: Mask | undefined
  write(
    severity: LogLine['severity'],
    text: string,
    attributes?: Readonly<Record<string, string>>,
    leftOut?: number,
  ): void
  /** Takes what has gathered. */
  drain(): readonly LogRecord[]
  /** When the first line of those gathered came, or undefined when there is none. */
  readonly oldestMs: number | undefined
  /** No more lines: says how many were left out. */
  close(): void
}

export function stepLog(command: StepRun, worker: string, linesMax: number, now: () => number): StepLog {
  const resource = { 'service.name': 'millrace.worker', 'service.instance.id': worker }
  const base = {
    [runAttributes.run]: command.runId,
    [runAttributes.playbook]: command.playbook,
    [runAttributes.task]: command.task,
    [runAttributes.step]: command.step,
    ...(command.item < 0 ? {} : { [runAttributes.item]: command.item }),
    [runAttributes.attempt]: command.attempt,
  }
  let gathered: LogRecord[] = []
  let oldestMs: number | undefined
  let lines = 0
  let closed = false

  const gather = (severity: LogLine['severity'], body: string, attributes?: Readonly<Record<string, string>>) => {
    const atMs = now()
    oldestMs ??= atMs
    const { traceId, spanId } = command
    gathered.push({
      atMs,
      traceId,
      spanId,
      severity,
      body,
      attributes: attributes ? { ...base, ...attributes } : base,
      resource,
    })
  }

  const log: StepLog = {
    mask: undefined,
    write(severity, text, attributes, leftOut = 0) {
      if (closed || ++lines > linesMax) return
      gather(severity, cut(log.mask === undefined ? text : log.mask(text), leftOut), attributes)
    },
    drain() {
      const records = gathered
      gathered = []
      oldestMs = undefined
      return records
    },
    get oldestMs() {
      return oldestMs
    },
    close() {
      closed = true
      if (lines > linesMax)
        gather('warn', `${lines - linesMax} more lines were left out: a step keeps at most ${linesMax}.`)
    },
  }
  return log
}

/** `leftOut`: characters that were not even read. */
function cut(text: string, leftOut: number): string {
  const over = text.length - lineCharactersMax + leftOut
  return over <= 0 ? text : `${text.slice(0, lineCharactersMax)}… [${over} more characters]`
}
