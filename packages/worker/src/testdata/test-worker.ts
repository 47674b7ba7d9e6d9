// A worker around a plugin under test, over the real memory journal and file blob, and all that it says.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Blob } from '@millrace/blob'
import { openFileBlob } from '@millrace/blob/file'
import type { Journal } from '@millrace/journal'
import { openMemoryJournal } from '@millrace/journal/memory'
import {
  type CallContext,
  decodeReport,
  encodeRun,
  type Json,
  type JsonObject,
  type Plugin,
  type StepReport,
  type StepRun,
  streams,
  subjects,
} from '@millrace/plugin'
import { quietLogger, systemClock } from '@millrace/stdx'
import { decodeLogs, type LogRecord } from '@millrace/telemetry'
import { createWorker, type Worker, type WorkerOptions } from '../worker.ts'
import { until } from './program-calls.ts'

export const testSecrets: Readonly<Record<string, string>> = { token: 'correct horse', pin: '123', number: '12345678' }

export interface TestWorker {
  readonly worker: Worker
  readonly journal: Journal
  readonly blob: Blob
  readonly directory: string
  readonly reports: readonly StepReport[]
  readonly logs: readonly LogRecord[]
  /** Lines and reports in the order in which the journal took them. */
  readonly order: readonly string[]
  send(command: StepRun): Promise<void>
  /** Sends a command and answers how it ended. */
  carriedOut(command: StepRun): Promise<StepReport>
  /** Resolves when the journal holds no command any more. */
  acknowledged(): Promise<void>
  stop(): Promise<void>
}

export async function startTestWorker(
  plugins: readonly Plugin[],
  more: Partial<WorkerOptions> = {},
): Promise<TestWorker> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-worker-'))
  const blob = await openFileBlob({ directory: join(directory, 'blob') })
  const journal = openMemoryJournal({ clock: systemClock })
  const telemetry = { name: 'telemetry', subjects: ['telemetry.>'], bytesMax: 2 ** 30, recordsMax: 10 ** 6 }
  await journal.ensureStream({ ...streams.control, ...telemetry })
  const worker = createWorker({
    journal,
    blob,
    platform: {
      datasetWrite: async () => ({ stored: 0, rejected: 0, duplicate: 0 }),
      query: async () => ({ columns: [], rows: [] }),
    },
    plugins,
    secrets: { get: async (name) => testSecrets[name] },
    clock: systemClock,
    logger: quietLogger,
    name: 'worker-1',
    pools: ['default'],
    slots: 64,
    directory,
    ...more,
    limits: { stopGraceMs: 100, ...more.limits },
  })
  await worker.start()
  const reports: StepReport[] = []
  const logs: LogRecord[] = []
  const order: string[] = []
  await journal.follow('telemetry.>', ({ body }) => {
    const lines = decodeLogs(body)
    logs.push(...lines)
    order.push(...lines.map((line) => line.body))
  })
  await journal.follow('fact.>', ({ body }) => {
    const report = decodeReport(body)
    if (report === undefined) throw new Error('a report that cannot be read')
    reports.push(report)
    order.push(report.type)
  })
  const send = async (command: StepRun) => void (await journal.append([recordOf(command)]))
  return {
    worker,
    journal,
    blob,
    directory,
    reports,
    logs,
    order,
    send,
    async carriedOut(command) {
      await send(command)
      const outcome = () => reports.find((report) => report.runId === command.runId && isOutcome(report))
      await until(`the outcome of ${command.runId}`, () => outcome() !== undefined)
      return outcome() as StepReport
    },
    acknowledged: () =>
      until('all commands to be acknowledged', async () => {
        const { consumers } = await journal.status('command')
        return consumers.every((consumer) => consumer.pending + consumer.inFlight === 0)
      }),
    async stop() {
      await worker.stop()
      await journal.close()
      await blob.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export function recordOf(command: StepRun) {
  const subject = subjects.command(command.pool, command.plugin, command.runId)
  return { subject, body: encodeRun(command, Date.now()) }
}

export function isOutcome({ type }: StepReport): boolean {
  return type === 'step.completed' || type === 'step.failed'
}

export function testPlugin(
  call: (input: JsonObject, context: CallContext) => Promise<Json>,
  more: Partial<Plugin['description']> = {},
): Plugin {
  return {
    description: {
      name: 'try',
      version: '1.0.0',
      summary: 'Tries.',
      about: '',
      side: 'worker',
      effect: 'pure',
      input: { type: 'object' },
      output: {},
      secrets: [],
      literal: [],
      examples: [],
      ...more,
    },
    call,
  }
}

/** Waits until it is told to stop, as a plugin should. */
export function untilAborted(_: JsonObject, { signal }: CallContext): Promise<Json> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

let commands = 0

export function testCommand(more: Partial<StepRun> = {}): StepRun {
  const number = ++commands
  return {
    environment: 'dev',
    runId: `run_${number}`,
    playbook: 'trial',
    version: 1,
    task: 'main',
    item: -1,
    step: 'one',
    round: 0,
    attempt: 1,
    fence: 1,
    plugin: 'try',
    pool: 'default',
    with: { value: {} },
    secrets: [],
    timeoutMs: 10_000,
    idempotencyKey: `key-${number}`,
    traceId: '0123456789abcdef0123456789abcdef',
    spanId: '0123456789abcdef',
    leaseMs: 30_000,
    ...more,
  }
}
