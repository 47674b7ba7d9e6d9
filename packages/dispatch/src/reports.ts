// What workers say, as signals to the runs they speak of. A batch is acknowledged when all it says is durable.

import type { Acknowledger, Consumer, Delivery, Journal } from '@millrace/journal'
import type { Report } from '@millrace/playbook'
import { decodeReport, type StepReport, streams } from '@millrace/plugin'
import type { Leases } from './leases.ts'
import { dispatchLimits } from './limits.ts'
import type { Turns } from './turns.ts'

export function hearReports(journal: Journal, turns: Turns, leases: Leases): Promise<Consumer> {
  const take = (report: StepReport): Promise<boolean> => {
    if (report.type === 'step.alive' || report.type === 'step.started') leases.renew(report.runId, report)
    if (report.type === 'step.alive') return Promise.resolve(true)
    const tookMs = Math.max(0, report.at - report.startedAt)
    return turns.signal(report.runId, { type: 'report', report: { ...report, tookMs } as Report })
  }
  const hear = async (batch: readonly Delivery[], acks: Acknowledger): Promise<void> => {
    await Promise.all(
      batch.map((delivery) => {
        const report = decodeReport(delivery.body)
        return report === undefined ? undefined : take(report)
      }),
    )
    await acks.ack(batch)
  }
  const options = {
    stream: streams.fact.name,
    name: 'dispatch',
    batchMax: dispatchLimits.reportsBatchMax,
    inFlightMax: dispatchLimits.reportsInFlightMax,
    ackWaitMs: dispatchLimits.leaseMs,
  }
  return journal.consume(options, hear)
}
