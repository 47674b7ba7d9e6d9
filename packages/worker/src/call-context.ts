// What the worker lends a plugin for one call.

import type { Blob } from '@millrace/blob'
import type { CallContext, CodeRequest, Platform, ProcessRequest, StepRun } from '@millrace/plugin'
import { callId } from '@millrace/plugin'
import type { CodeRunner } from './code/runner.ts'
import type { WorkerLimits } from './limits.ts'
import { runProgram } from './process/program.ts'
import type { ProgramCall, Workshop } from './process/workshop.ts'
import type { StepLog } from './step-log.ts'

export interface Lending {
  readonly blob: Blob
  readonly platform: Platform
  readonly limits: WorkerLimits
  readonly workshop: Workshop
  readonly code: CodeRunner
}

export interface LentCall {
  readonly command: StepRun
  readonly signal: AbortSignal
  readonly log: StepLog
  untimed<T>(wait: Promise<T>): Promise<T>
  after(act: () => void): void
}

export function callContext(lending: Lending, call: LentCall): CallContext {
  const { command, signal, log } = call
  const { limits } = lending
  const traceparent = `00-${command.traceId}-${command.spanId}-01`
  const write: CallContext['log'] = (severity, text, attributes) => log.write(severity, text, attributes)
  // Most calls start no program: what one would need is made when it does.
  const programCall = (): ProgramCall => ({
    environment: {
      MILLRACE_RUN_ID: command.runId,
      MILLRACE_PLAYBOOK: command.playbook,
      MILLRACE_TASK: command.task,
      MILLRACE_STEP: command.step,
      MILLRACE_ATTEMPT: String(command.attempt),
      MILLRACE_IDEMPOTENCY_KEY: command.idempotencyKey,
      TRACEPARENT: traceparent,
    },
    memoryBytesMax: limits.memoryBytesMax,
    outputBytesMax: limits.outputBytesMax,
    printedBytesMax: limits.printedBytesMax,
    processesMax: limits.processesMax,
    signal,
    line: (stream, text, leftOut) => log.write('info', text, { 'log.iostream': stream }, leftOut),
    log: write,
    untimed: call.untimed,
    after: call.after,
  })
  return {
    runId: command.runId,
    playbook: command.playbook,
    task: command.task,
    step: command.step,
    environment: command.environment,
    attempt: command.attempt,
    idempotencyKey: command.idempotencyKey,
    traceparent,
    limits: {
      timeMsMax: command.timeoutMs,
      memoryBytesMax: limits.memoryBytesMax,
      outputBytesMax: limits.outputBytesMax,
      logLinesMax: limits.logLinesMax,
    },
    signal,
    log: write,
    process: (request: ProcessRequest) => runProgram(lending.workshop, programCall(), request),
    code: (request: CodeRequest) => lending.code.run(programCall(), request),
    blobs: blobsOf(lending.blob, command.environment),
    platform: lending.platform,
  }
}

export function nameOfCall(command: StepRun): string {
  return callId(command.runId, command)
}

/** The same names in every environment, and never the same bytes. */
function blobsOf(blob: Blob, environment: string): CallContext['blobs'] {
  const prefix = `files/${environment}/`
  return {
    put: (name, bytes) => blob.put(prefix + name, bytes),
    get: (name) => blob.get(prefix + name),
    remove: (name) => blob.remove(prefix + name),
    list: async (start, namesMax) => {
      const names = await blob.list(prefix + start, namesMax)
      return names.map((name) => name.slice(prefix.length))
    },
  }
}
