// Carries out commands with plugins, bounded and isolated, and reports facts. Holds no database connection.

import { availableParallelism } from 'node:os'
import type { Blob } from '@millrace/blob'
import type { Consumer, Journal } from '@millrace/journal'
import { type CallContext, type Platform, type Plugin, type StepRun, streams } from '@millrace/plugin'
import { type Clock, type Logger, messageOf, type Service } from '@millrace/stdx'
import { carryOut } from './call.ts'
import { callContext, type Lending, type LentCall } from './call-context.ts'
import { createCallDesk } from './call-desk.ts'
import { createCodeRunner, type Interpreters } from './code/runner.ts'
import { workerErrors } from './errors.ts'
import { ackWaitMs, type WorkerLimits, workerLimits } from './limits.ts'
import { WorkerStopping } from './process/attend.ts'
import { createWorkshop } from './process/workshop.ts'
import { createReporter } from './reporter.ts'
import type { SecretSource } from './secret-reference.ts'
import type { StepLog } from './step-log.ts'

export interface WorkerOptions {
  readonly journal: Journal
  readonly blob: Blob
  readonly platform: Platform
  readonly plugins: readonly Plugin[]
  readonly secrets: SecretSource
  readonly clock: Clock
  readonly logger: Logger
  /** Tells this worker from others, in reports and log lines. */
  readonly name: string
  readonly pools: readonly string[]
  /** Calls at once, per pool. Most calls wait for a server; those that run programs have slots of their own. */
  readonly slots: number
  /** Scratch directories and installed packages; may be shared with other workers of this machine. */
  readonly directory: string
  readonly limits?: Partial<WorkerLimits>
  /** Programs at once; twice the processors unless said. */
  readonly programSlots?: number
  readonly interpreters?: Partial<Interpreters>
}

export interface Worker extends Service {
  readonly plugins: readonly Plugin[]
}

/** Throws `worker.plugin_twice`. Streams are made, and commands consumed, from `start` on. */
export function createWorker(options: WorkerOptions): Worker {
  const { journal, logger, clock } = options
  const limits = { ...workerLimits, ...options.limits }
  const plugins = byName(options.plugins)
  const workshop = createWorkshop(options.directory, options.programSlots ?? Math.max(2, availableParallelism() * 2))
  const interpreters = { python: 'python3', node: process.execPath, ...options.interpreters }
  const code = createCodeRunner(workshop, options.directory, interpreters)
  const lending: Lending = { blob: options.blob, platform: options.platform, limits, workshop, code }
  const means = { blob: options.blob, plugins, secrets: options.secrets, limits, logger }
  const reporter = createReporter(journal, logger, clock)
  const around = {
    worker: options.name,
    clock,
    reporter,
    logLinesMax: limits.logLinesMax,
    contextOf: (call: LentCall) => callContext(lending, call),
    carryOut: (command: StepRun, log: StepLog, context: CallContext) => carryOut(command, means, log, context),
  }
  const desk = createCallDesk(around, logger)
  let stopped: Promise<void> | undefined
  let ends: (() => Promise<void>)[] = []

  const consume = (pool: string): Promise<Consumer> =>
    journal.consume(
      {
        stream: streams.command.name,
        name: `worker-${pool}`,
        filter: `command.${pool}.>`,
        batchMax: options.slots,
        inFlightMax: options.slots,
        ackWaitMs,
      },
      async (batch, acks) => void (await Promise.all(batch.map((delivery) => desk.take(delivery, acks)))),
    )

  const stop = async () => {
    desk.close()
    const consumersStopped = Promise.all(ends.map((end) => end()))
    await Promise.race([desk.idle(), new Promise<void>((resolve) => clock.after(limits.stopGraceMs, resolve))])
    reporter.hurry()
    desk.abortAll(new WorkerStopping('the worker is stopping'))
    await desk.idle()
    await consumersStopped
    await reporter.drain()
    await code.stop()
    await workshop.stop()
    for (const plugin of options.plugins) await closed(plugin, logger)
  }

  return {
    name: 'worker',
    plugins: options.plugins,
    async start() {
      for (const spec of Object.values(streams)) await journal.ensureStream(spec)
      const unfollow = await journal.follow('control.>', (record) => desk.cancel(record.body))
      ends = [async () => unfollow()]
      for (const pool of options.pools) {
        const consumer = await consume(pool)
        ends.push(() => consumer.stop())
      }
    },
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

async function closed(plugin: Plugin, logger: Logger): Promise<void> {
  await plugin.close?.().catch((cause) => {
    logger.warn('a plugin did not close', { plugin: plugin.description.name, cause: messageOf(cause) })
  })
}

function byName(plugins: readonly Plugin[]): ReadonlyMap<string, Plugin> {
  const named = new Map<string, Plugin>()
  for (const plugin of plugins) {
    const { name } = plugin.description
    if (named.has(name)) throw workerErrors.plugin_twice(`Two plugins are called \`${name}\`. Remove or rename one.`)
    named.set(name, plugin)
  }
  return named
}
