import { openMemoryJournal } from '@millrace/journal/memory'
import { streams } from '@millrace/plugin'
import { type Logger, quietLogger, systemClock } from '@millrace/stdx'
import type { LogRecord } from '@millrace/telemetry'
import { expect, test } from 'vitest'
import { createReporter } from './reporter.ts'
import { until } from './testdata/program-calls.ts'

const line = (body: string): LogRecord => ({ atMs: Date.UTC(2026, 0, 1), severity: 'info', body })
const report = (text: string) => ({ subject: 'fact.default.try.run_1', body: Buffer.from(text) })
const telling = (text: string, logs: readonly LogRecord[] = []) => ({ environment: 'dev', logs, report: report(text) })

async function start(recordsMax = 1_000) {
  const journal = openMemoryJournal({ clock: systemClock })
  await journal.ensureStream({ ...streams.fact, recordsMax })
  const warned: string[] = []
  const logger: Logger = { ...quietLogger, warn: (message) => void warned.push(message) }
  return { journal, warned, reporter: createReporter(journal, logger, systemClock) }
}

const bodies = async (journal: Awaited<ReturnType<typeof start>>['journal']) =>
  (await journal.read('fact', 1, 100)).map((record) => Buffer.from(record.body).toString())

test('reports of one tick are one append, in order', async () => {
  const { journal, reporter } = await start()
  let appends = 0
  const counted = {
    ...journal,
    append: (...records: Parameters<typeof journal.append>) => (appends++, journal.append(...records)),
  }
  const reporterCounted = createReporter(counted, quietLogger, systemClock)
  await Promise.all(['a', 'b', 'c'].map((text) => reporterCounted.tell(telling(text))))
  expect([appends, await bodies(journal)]).toEqual([1, ['a', 'b', 'c']])
  await reporter.drain()
})

test('a full journal is asked again until it takes the report', async () => {
  const { journal, reporter, warned } = await start(1)
  await reporter.tell(telling('first'))
  const second = reporter.tell(telling('second'))
  await until('a refusal', () => warned.length > 0)
  const consumer = await journal.consume(
    { stream: 'fact', name: 'dispatch', batchMax: 10, inFlightMax: 10, ackWaitMs: 1000 },
    (batch, acks) => acks.ack(batch),
  )
  await second
  expect(warned[0]).toBe('the journal does not take reports; trying again')
  await consumer.stop()
})

test('a worker in a hurry gives up at the first refusal', async () => {
  const { reporter } = await start(1)
  await reporter.tell(telling('first'))
  reporter.hurry()
  await expect(reporter.tell(telling('second'))).rejects.toMatchObject({ code: 'journal.full' })
})

test('what can never be taken is not tried again', async () => {
  const { reporter } = await start()
  const subject = 'nobody.takes.this'
  await expect(
    reporter.tell({ environment: 'dev', logs: [], report: { subject, body: Buffer.from('') } }),
  ).rejects.toMatchObject({
    code: 'journal.stream_unknown',
  })
})

test('lines that the journal does not take are told as lost, and the report goes out without them', async () => {
  const { journal, reporter, warned } = await start()
  await reporter.tell(telling('outcome', [line('one'), line('two')]))
  expect(warned).toEqual(['log lines of steps are lost, because the journal did not take them'])
  expect(await bodies(journal)).toEqual(['outcome'])
})
