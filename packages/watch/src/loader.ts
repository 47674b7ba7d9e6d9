// From the journal into the tables: gather, write down the bounds, insert by token, acknowledge.
//
//   batch [first…last] ─▶ bounds in store ─▶ otel_traces  token first-last/dev.trace/0
//                                         └▶ otel_logs    token first-last/dev.log/0 ─▶ ack
//
// A crash anywhere repeats from the bounds. Records are acknowledged only after all of their batch's inserts.

import type { Consumer, Delivery, Journal } from '@millrace/journal'
import type { Olap } from '@millrace/olap'
import { type Clock, deferred, type Logger, messageOf, type Service } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { telemetryStream } from '@millrace/telemetry'
import { type BatchBounds, forgetBounds, forgetCurrent, interruptedBounds, writeBounds } from './batch-bounds.ts'
import { watchErrors } from './errors.ts'
import { createGather, type Gather, type Gathered } from './gather.ts'
import {
  ackWaitMs,
  deliveryRecordsMax,
  gatherBusyMsMax,
  gatherMsMax,
  inFlightMax,
  recoveryMsMax,
  retryMsMax,
  retryMsMin,
  streamBytesMax,
  streamRecordsMax,
} from './limits.ts'
import { createRecovery, type Recovery } from './recovery.ts'
import type { SignalTables } from './signal-tables.ts'
import { storeBatch } from './store-batch.ts'

export interface LoaderOptions {
  readonly store: Store
  readonly journal: Journal
  readonly olap: Olap
  readonly clock: Clock
  readonly logger: Logger
}

export function createLoader(options: LoaderOptions, tables: SignalTables): Service {
  const { journal, store, clock, logger } = options
  const patience = createPatience(clock, logger)
  let consumer: Consumer | undefined
  let gather: Gather | undefined
  let recovery: Recovery | undefined
  let finished = true

  const repeat = async (batch: readonly Gathered[], bounds: BatchBounds) => {
    const deliveries = batch.flatMap((entry) => entry.deliveries)
    await patience.insist(batch, () => storeBatch(options, tables, deliveries, bounds))
    await acknowledge(batch)
  }

  const work = async (batch: readonly Gathered[]) => {
    const bounds = boundsOf(batch.flatMap((entry) => entry.deliveries))
    finished = false
    await patience.insist(batch, () => writeBounds(store, bounds))
    await repeat(batch, bounds)
    finished = true
  }

  return {
    name: 'watch.loader',
    async start() {
      await journal.ensureStream(telemetryStreamSpec)
      const recovering = createRecovery(await interruptedBounds(store), {
        clock,
        waitMsMax: recoveryMsMax,
        repeat,
        acknowledge,
        forget: (bounds) => forgetBounds(store, bounds),
        failed: (cause) => logger.warn('a batch cut short is left for the next start', { error: messageOf(cause) }),
      })
      const gathering = createGather(
        { clock, waitMsMax: gatherMsMax, busyWaitMsMax: gatherBusyMsMax, recordsMax: inFlightMax / 2 },
        work,
      )
      recovery = recovering
      gather = gathering
      consumer = await journal.consume(
        { stream: telemetryStream, name: 'watch', batchMax: deliveryRecordsMax, inFlightMax, ackWaitMs },
        async (deliveries, acks) => {
          const rest = recovering.claim(deliveries, acks)
          if (rest.length > 0) await gathering.handle(rest, acks)
        },
      )
    },
    async stop() {
      recovery?.stop()
      gather?.hurry()
      const stopped = consumer?.stop()
      patience.end()
      await stopped
      if (consumer !== undefined && finished) await forgetCurrent(store)
      consumer = undefined
    },
  }
}

const telemetryStreamSpec = {
  name: telemetryStream,
  subjects: [`${telemetryStream}.>`],
  storage: 'disk',
  retention: 'acknowledged',
  bytesMax: streamBytesMax,
  recordsMax: streamRecordsMax,
  whenFull: 'refuse',
} as const

function boundsOf(deliveries: readonly Delivery[]): BatchBounds {
  const positions = deliveries.map((delivery) => delivery.position)
  return {
    first: Math.min(...positions),
    last: Math.max(...positions),
    records: deliveries.length,
    youngestAt: Math.max(...deliveries.map((delivery) => delivery.at)),
  }
}

async function acknowledge(batch: readonly Gathered[]): Promise<void> {
  await Promise.all(batch.map((entry) => entry.acks.ack(entry.deliveries)))
}

interface Patience {
  /** Tries until it succeeds: a batch must not change while it is being stored. Gives up when told to end. */
  insist(batch: readonly Gathered[], work: () => Promise<void>): Promise<void>
  end(): void
}

function createPatience(clock: Clock, logger: Logger): Patience {
  const sleepers = new Set<() => void>()
  let ended = false

  const sleep = async (waitMs: number) => {
    const waited = deferred()
    sleepers.add(waited.resolve)
    const cancel = clock.after(waitMs, waited.resolve)
    await waited.promise
    cancel()
    sleepers.delete(waited.resolve)
  }

  return {
    async insist(batch, work) {
      for (let waitMs = retryMsMin; ; waitMs = Math.min(waitMs * 2, retryMsMax)) {
        try {
          return await work()
        } catch (cause) {
          if (ended) throw cause
          logger.warn('signals cannot be stored now; they wait in the journal', {
            error: messageOf(cause),
            retryMs: waitMs,
          })
        }
        await Promise.all(batch.map((entry) => entry.acks.extend(entry.deliveries)))
        await sleep(waitMs)
        if (ended) throw watchErrors.stopped()
      }
    },
    end() {
      ended = true
      for (const wake of sleepers) wake()
    },
  }
}
