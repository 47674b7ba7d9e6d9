import { setTimeout as pause } from 'node:timers/promises'
import { encodeCancel, type Json, subjects } from '@millrace/plugin'
import { deferred } from '@millrace/stdx'
import { afterEach, expect, test } from 'vitest'
import { until } from './testdata/program-calls.ts'
import {
  isOutcome,
  recordOf,
  startTestWorker,
  type TestWorker,
  testCommand,
  testPlugin,
  untilAborted,
} from './testdata/test-worker.ts'

let worker: TestWorker
afterEach(() => worker.stop())

test('a long call says that it has started and that it is alive, a short one neither', async () => {
  const go = deferred()
  worker = await startTestWorker([testPlugin(async () => go.promise.then(() => null))])
  const run = testCommand({ leaseMs: 150 })
  await worker.send(run)
  await until('signs of life', () => worker.reports.filter((report) => report.type === 'step.alive').length >= 2)
  go.resolve()
  await until('the outcome', () => worker.reports.some(isOutcome))
  const types = worker.reports.map((report) => report.type)
  expect([types[0], types.at(-1)]).toEqual(['step.started', 'step.completed'])
  expect(types.filter((type) => type === 'step.started')).toHaveLength(1)
})

test('a command delivered again while it runs, and after, is carried out once and answered', async () => {
  let called = 0
  const go = deferred()
  worker = await startTestWorker([testPlugin(async () => (called++, go.promise.then(() => called)))])
  const run = testCommand()
  await worker.send(run)
  await worker.send(run)
  await until('the call', () => called === 1)
  go.resolve()
  await until('the outcome', () => worker.reports.some(isOutcome))
  await worker.send(run)
  await until('the outcome again', () => worker.reports.filter(isOutcome).length === 2)
  await worker.acknowledged()
  expect(called).toBe(1)
  expect(worker.reports.filter(isOutcome).map((report) => 'output' in report && report.output)).toEqual([
    { value: 1 },
    { value: 1 },
  ])
})

test('the next fence of the same attempt is another call', async () => {
  let called = 0
  worker = await startTestWorker([testPlugin(async () => ++called)])
  const run = testCommand()
  await worker.carriedOut(run)
  await worker.send({ ...run, fence: 2 })
  await until('both', () => worker.reports.length === 2)
  expect(called).toBe(2)
})

test('a timeout aborts the call and is worth a retry', async () => {
  worker = await startTestWorker([testPlugin(untilAborted)])
  expect(await worker.carriedOut(testCommand({ timeoutMs: 100 }))).toMatchObject({
    type: 'step.failed',
    error: { code: 'plugin.timed_out', retryable: true, message: expect.stringContaining('timeout of 100ms') },
  })
})

test('a plugin that does not heed its signal is given up, and its late answer is ignored', async () => {
  const late = deferred<Json>()
  worker = await startTestWorker([testPlugin(async () => late.promise)])
  expect(await worker.carriedOut(testCommand({ timeoutMs: 50 }))).toMatchObject({ error: { code: 'plugin.timed_out' } })
  late.resolve('late')
  await worker.acknowledged()
  expect(worker.reports.filter(isOutcome)).toHaveLength(1)
})

test('a cancelled run ends its calls, and calls whose command arrives later', async () => {
  let called = 0
  worker = await startTestWorker([testPlugin(async (input, context) => (called++, untilAborted(input, context)))])
  const run = testCommand()
  const other = testCommand()
  await worker.send(run)
  await worker.send(other)
  await until('both calls', () => called === 2)
  const cancel = encodeCancel({ runId: run.runId, reason: 'asked by ada' }, Date.now())
  await worker.journal.append([{ subject: subjects.control(run.runId), body: cancel }])
  await until('the outcome', () => worker.reports.some(isOutcome))
  expect(worker.reports.filter(isOutcome)).toMatchObject([
    {
      runId: run.runId,
      error: { code: 'plugin.cancelled', retryable: false, message: 'The step was cancelled: asked by ada.' },
    },
  ])
  expect(await worker.carriedOut(testCommand({ runId: run.runId, step: 'two' }))).toMatchObject({
    error: { code: 'plugin.cancelled' },
  })
})

test('a single call is cancelled by its address, and its neighbours go on', async () => {
  worker = await startTestWorker([testPlugin(untilAborted)])
  const one = testCommand()
  const two = { ...one, item: 1 }
  await worker.send(one)
  await worker.send(two)
  await until('both running', () => worker.reports.length === 2)
  const cancel = encodeCancel({ runId: one.runId, step: one, reason: 'enough' }, Date.now())
  await worker.journal.append([{ subject: subjects.control(one.runId), body: cancel }])
  await until('an outcome', () => worker.reports.some(isOutcome))
  expect(worker.reports.filter(isOutcome).map((report) => report.item)).toEqual([-1])
})

test('a worker that stops lets short calls end, and hands long ones back without a failure', async () => {
  const short = deferred<Json>()
  worker = await startTestWorker(
    [testPlugin(async (input, context) => (input['short'] === true ? short.promise : untilAborted(input, context)))],
    { limits: { stopGraceMs: 300 } },
  )
  const long = testCommand()
  const brief = testCommand({ with: { value: { short: true } } })
  await worker.send(long)
  await worker.send(brief)
  await until('both running', () => worker.reports.length === 2)
  const stopping = worker.worker.stop()
  await pause(20)
  short.resolve('done')
  await stopping
  expect(worker.reports.filter(isOutcome)).toMatchObject([{ runId: brief.runId, type: 'step.completed' }])
  const again: string[] = []
  const other = await worker.journal.consume(
    {
      stream: 'command',
      name: 'worker-default',
      filter: 'command.default.>',
      batchMax: 10,
      inFlightMax: 10,
      ackWaitMs: 1000,
    },
    async (batch, acks) => {
      again.push(...batch.map((delivery) => delivery.subject))
      await acks.ack(batch)
    },
  )
  await until('the long one to come again', () => again.length === 1)
  expect(again).toEqual([subjects.command('default', 'try', long.runId)])
  await other.stop()
})

test('plugins are closed when the worker stops, also when one of them cannot', async () => {
  const closed: string[] = []
  const one = { ...testPlugin(async () => 1), close: async () => Promise.reject(new Error('stuck')) }
  const two = { ...testPlugin(async () => 1, { name: 'two' }), close: async () => void closed.push('two') }
  worker = await startTestWorker([one, two])
  await worker.worker.stop()
  await worker.worker.stop()
  expect(closed).toEqual(['two'])
})

test('ten thousand trivial calls are each answered once', async () => {
  worker = await startTestWorker([testPlugin(async (input) => input['n'] ?? null)])
  const runs = Array.from({ length: 10_000 }, (_, n) => testCommand({ with: { value: { n } } }))
  for (let i = 0; i < runs.length; i += 500) await worker.journal.append(runs.slice(i, i + 500).map(recordOf))
  await until('all outcomes', () => worker.reports.length === runs.length)
  expect(new Set(worker.reports.map((report) => report.runId)).size).toBe(runs.length)
  await worker.acknowledged()
})
