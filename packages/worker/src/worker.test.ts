import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Blob } from '@millrace/blob'
import { openMemoryJournal } from '@millrace/journal/memory'
import {
  type CallContext,
  decodeReport,
  encodeCancel,
  encodeRun,
  type Json,
  type JsonObject,
  type Plugin,
  pluginErrors,
  type StepReport,
  type StepRun,
  streams,
  subjects,
} from '@millrace/plugin'
import { deferred, quietLogger, systemClock } from '@millrace/stdx'
import { decodeLogs, type LogRecord } from '@millrace/telemetry'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from './testkit.ts'
import { createWorker, type Worker, type WorkerOptions } from './worker.ts'

const openFileBlob = async (_: { directory: string }): Promise<Blob> => {
  const m = new Map<string, Uint8Array>()
  return {
    put: async (n, b) => void m.set(n, b),
    get: async (n) => m.get(n),
    size: async (n) => m.get(n)?.length,
    remove: async (n) => void m.delete(n),
    list: async (p, k) => [...m.keys()].filter((n) => n.startsWith(p)).sort().slice(0, k),
    close: async () => undefined,
  }
}

let directory: string
let blob: Blob
let journal: ReturnType<typeof openMemoryJournal>
let worker: Worker
let reports: StepReport[]
let logs: LogRecord[]
/** Lines and outcomes in the order in which the journal took them. */
let order: string[]
let commands = 0

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-worker-'))
  blob = await openFileBlob({ directory: join(directory, 'blob') })
  journal = openMemoryJournal({ clock: systemClock })
  await journal.ensureStream({
    ...streams.control,
    name: 'telemetry',
    subjects: ['telemetry.>'],
    bytesMax: 2 ** 30,
    recordsMax: 10 ** 6,
  })
  reports = []
  logs = []
  order = []
  await journal.follow('telemetry.>', ({ body }) => {
    const lines = decodeLogs(body)
    logs.push(...lines)
    order.push(...lines.map((line) => line.body))
  })
})

afterEach(async () => {
  await worker.stop()
  await journal.close()
  await blob.close()
  await rm(directory, { recursive: true, force: true })
})

async function start(plugins: readonly Plugin[], more: Partial<WorkerOptions> = {}): Promise<void> {
  const secrets: Record<string, string> = { token: 'correct horse', pin: '123', number: '12345678' }
  worker = createWorker({
    journal,
    blob,
    platform: {
      datasetWrite: async () => ({ stored: 0, rejected: 0, duplicate: 0 }),
      query: async () => ({ columns: [], rows: [] }),
    },
    plugins,
    secrets: { get: async (name) => secrets[name] },
    clock: systemClock,
    logger: quietLogger,
    name: 'worker-1',
    pools: ['default'],
    slots: 64,
    directory,
    ...more,
  })
  await worker.start()
  await journal.follow('fact.>', ({ body }) => {
    const report = decodeReport(body)
    if (report === undefined) throw new Error('a report that cannot be read')
    reports.push(report)
    order.push(report.type)
  })
}

function plugin(
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

function command(more: Partial<StepRun> = {}): StepRun {
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

const send = async (run: StepRun) => void (await journal.append([record(run)]))
const record = (run: StepRun) => ({
  subject: subjects.command(run.pool, run.plugin, run.runId),
  body: encodeRun(run, Date.now()),
})
const isOutcome = ({ type }: StepReport) => type === 'step.completed' || type === 'step.failed'

/** Sends a command and answers how it ended. */
async function carriedOut(run: StepRun): Promise<StepReport> {
  await send(run)
  let outcome: StepReport | undefined
  await until(`the outcome of ${run.runId}`, () => {
    outcome = reports.find((report) => report.runId === run.runId && isOutcome(report))
    return outcome !== undefined
  })
  return outcome as StepReport
}

const acknowledged = () =>
  until('all commands to be acknowledged', async () => {
    const { consumers } = await journal.status('command')
    return consumers.every((consumer) => consumer.pending + consumer.inFlight === 0)
  })

test('a command is carried out, reported, and then acknowledged', async () => {
  await start([plugin(async (input) => ({ got: input['a'] ?? null }))])
  const run = command({ with: { value: { a: 1 } } })
  expect(await carriedOut(run)).toMatchObject({
    type: 'step.completed',
    output: { value: { got: 1 } },
    runId: run.runId,
    task: 'main',
    worker: 'worker-1',
    fence: 1,
  })
  await acknowledged()
  expect(reports.map((report) => report.type)).toEqual(['step.completed'])
})

test('the plugin is told of its run', async () => {
  await start([
    plugin(async (_, context) => [
      context.runId,
      context.traceparent,
      context.idempotencyKey,
      context.limits.timeMsMax,
    ]),
  ])
  const run = command()
  expect(await carriedOut(run)).toMatchObject({
    output: {
      value: [run.runId, '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01', run.idempotencyKey, 10_000],
    },
  })
})

test('failures carry their code, whether to retry, and details', async () => {
  await start([
    plugin(async () => {
      throw pluginErrors.http_unreachable('No route to it.', { details: { status: 0 } })
    }),
    plugin(
      async () => {
        throw new TypeError('a bug')
      },
      { name: 'buggy' },
    ),
  ])
  expect(await carriedOut(command())).toMatchObject({
    type: 'step.failed',
    error: { code: 'plugin.http_unreachable', message: 'No route to it.', retryable: true, details: { status: 0 } },
  })
  expect(await carriedOut(command({ plugin: 'buggy' }))).toMatchObject({
    error: { code: 'plugin.broken', message: 'a bug', retryable: false },
  })
  expect(logs.map((line) => line.body)[0]).toBe('TypeError: a bug')
})

test('an unknown plugin is told with those there are', async () => {
  await start([plugin(async () => null)])
  expect(await carriedOut(command({ plugin: 'pyton' }))).toMatchObject({
    type: 'step.failed',
    error: {
      code: 'plugin.unknown',
      retryable: false,
      message: expect.stringContaining('no plugin `pyton`; they have try'),
    },
  })
})

test('`with` is checked against the plugin’s schema before the plugin sees it', async () => {
  let called = 0
  const input = {
    type: 'object',
    required: ['url'],
    properties: { url: { type: 'string' } },
    additionalProperties: false,
  }
  await start([plugin(async () => ++called, { input })])
  for (const value of [{}, { url: 1 }, { url: 'x', ulr: 'y' }, [], null]) {
    expect(await carriedOut(command({ with: { value } }))).toMatchObject({
      error: { code: 'plugin.input_invalid', retryable: false, details: { complaints: expect.any(Array) } },
    })
  }
  expect(called).toBe(0)
})

test('a large `with` comes from blob, and one that is gone or too large is told', async () => {
  await start([plugin(async (input) => (input['text'] as string).length)], { limits: { inputBytesMax: 200_000 } })
  await blob.put('with/1', Buffer.from(JSON.stringify({ text: 'x'.repeat(100_000) })))
  expect(await carriedOut(command({ with: { blob: 'with/1', bytes: 100_011 } }))).toMatchObject({
    output: { value: 100_000 },
  })
  expect(await carriedOut(command({ with: { blob: 'with/2', bytes: 1 } }))).toMatchObject({
    error: { code: 'plugin.broken' },
  })
  expect(await carriedOut(command({ with: { blob: 'with/1', bytes: 300_000 } }))).toMatchObject({
    error: { code: 'plugin.input_invalid' },
  })
})

test('a large output goes to blob, one beyond the limit is refused, and what is not JSON too', async () => {
  const outputs: Record<string, unknown> = {
    large: 'x'.repeat(100_000),
    tooLarge: 'x'.repeat(300_000),
    date: { at: [new Date(0)] },
    nan: { x: Number.NaN },
    nothing: undefined,
    big: 1n,
  }
  await start([plugin(async (input) => outputs[input['which'] as string] as Json)], {
    limits: { outputBytesMax: 200_000 },
  })
  const which = (name: string) => carriedOut(command({ with: { value: { which: name } } }))
  const large = await which('large')
  if (large.type !== 'step.completed' || !('blob' in large.output)) throw new Error('no reference')
  expect(large.output.bytes).toBe(100_002)
  expect(large.output.blob).toMatch(new RegExp(`^outputs/${large.runId}/[0-9a-f]{32}\\.json$`))
  expect(JSON.parse(Buffer.from((await blob.get(large.output.blob)) ?? []).toString())).toBe(outputs['large'])
  expect(await which('tooLarge')).toMatchObject({ error: { code: 'plugin.output_too_large' } })
  expect(await which('date')).toMatchObject({
    error: { code: 'plugin.broken', message: expect.stringContaining('a Date at /at/0: use .toISOString()') },
  })
  expect(await which('nan')).toMatchObject({ error: { message: expect.stringContaining('NaN at /x') } })
  expect(await which('nothing')).toMatchObject({ error: { message: expect.stringContaining('undefined') } })
  expect(await which('big')).toMatchObject({ error: { message: expect.stringContaining('a bigint') } })
})

test('secrets are exchanged only where the plugin allows, and only those the playbook names', async () => {
  await start([
    plugin(async (input) => (input['auth'] as JsonObject)['bearer'] === 'correct horse', {
      secrets: ['/auth/bearer', '/headers/*'],
    }),
  ])
  const asks = (value: Json, secrets = ['token', 'absent']) => carriedOut(command({ with: { value }, secrets }))
  expect(await asks({ auth: { bearer: { secret: 'token' } } })).toMatchObject({ output: { value: true } })
  expect(await asks({ auth: { bearer: '' }, other: { secret: 'token' } })).toMatchObject({ output: { value: false } })
  expect(await asks({ auth: { bearer: { secret: 'pin' } } })).toMatchObject({
    error: { code: 'plugin.secret_missing', message: expect.stringContaining('playbook’s'.replace('’', "'")) },
  })
  expect(await asks({ headers: { a: { secret: 'absent' } } })).toMatchObject({
    error: { code: 'plugin.secret_missing', message: expect.stringContaining('MILLRACE_SECRET_ABSENT') },
  })
})

test('secrets are masked in outputs, errors and log lines', async () => {
  await start([
    plugin(
      async (input, context) => {
        const secret = String(input['key'])
        context.log('info', `calling with ${secret} and ${encodeURIComponent(secret)}`)
        if (input['fail'] === true) throw pluginErrors.http_status(`refused ${secret}`, { details: { sent: [secret] } })
        return { echo: `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`, number: 12_345_678, [secret]: 1 }
      },
      { secrets: ['/key'] },
    ),
  ])
  const run = (secret: string, more: JsonObject = {}) =>
    carriedOut(command({ with: { value: { key: { secret }, ...more } }, secrets: ['token', 'pin', 'number'] }))
  expect(JSON.stringify(await run('token'))).not.toMatch(/correct|horse|Y29ycmVjdCBob3JzZ/)
  expect(await run('number')).toMatchObject({ output: { value: { number: '***' } } })
  expect(await run('token', { fail: true })).toMatchObject({
    error: { message: 'refused ***', details: { sent: ['***'] } },
  })
  expect(await run('pin')).toMatchObject({ type: 'step.completed' })
  await until('the lines', () => logs.length === 5)
  expect(logs.map((line) => line.body)).toContain('calling with *** and ***')
  expect(logs.map((line) => line.body)).toContain('The secret `pin` is shorter than 4 characters and is not masked.')
})

test('log lines carry run and span, come before the outcome, and while it runs', async () => {
  const go = deferred()
  await start([
    plugin(async (_, context) => {
      context.log('warn', 'first', { 'http.status': '503' })
      await go.promise
      context.log('info', 'last')
      return null
    }),
  ])
  const run = command({ item: 3, attempt: 2 })
  const sent = performance.now()
  await send(run)
  await until('the first line', () => logs.length === 1)
  expect(performance.now() - sent).toBeLessThan(1_000)
  expect(logs[0]).toMatchObject({
    body: 'first',
    severity: 'warn',
    traceId: run.traceId,
    spanId: run.spanId,
    resource: { 'service.name': 'millrace.worker' },
    attributes: {
      'millrace.run.id': run.runId,
      'millrace.playbook': 'trial',
      'millrace.task': 'main',
      'millrace.step': 'one',
      'millrace.item': '3',
      'millrace.attempt': '2',
      'http.status': '503',
    },
  })
  go.resolve()
  await until('the outcome', () => reports.some(isOutcome))
  expect(order.filter((what) => what !== 'step.started' && what !== 'step.alive')).toEqual([
    'first',
    'last',
    'step.completed',
  ])
})

test('log lines are bounded in number and length', async () => {
  await start(
    [
      plugin(async (_, context) => {
        for (let i = 0; i < 30; i++) context.log('info', `line ${i} ${'x'.repeat(20_000)}`)
        return null
      }),
    ],
    { limits: { logLinesMax: 10 } },
  )
  await carriedOut(command())
  expect(logs.length).toBe(11)
  expect(logs[0]?.body).toMatch(/^line 0 x{16377}… \[3623 more characters\]$/)
  expect(logs[10]?.body).toBe('20 more lines were left out: a step keeps at most 10.')
})

test('a long call says that it has started and that it is alive, a short one neither', async () => {
  const go = deferred()
  await start([plugin(async () => go.promise.then(() => null))])
  const run = command({ leaseMs: 150 })
  await send(run)
  await until('signs of life', () => reports.filter((report) => report.type === 'step.alive').length >= 2)
  go.resolve()
  await until('the outcome', () => reports.some(isOutcome))
  const types = reports.map((report) => report.type)
  expect([types[0], types.at(-1)]).toEqual(['step.started', 'step.completed'])
  expect(types.filter((type) => type === 'step.started')).toHaveLength(1)
})

test('a command delivered again while it runs, and after, is carried out once and answered', async () => {
  let called = 0
  const go = deferred()
  await start([plugin(async () => (called++, go.promise.then(() => called)))])
  const run = command()
  await send(run)
  await send(run)
  await until('the call', () => called === 1)
  go.resolve()
  await until('the outcome', () => reports.some(isOutcome))
  await send(run)
  await until('the outcome again', () => reports.filter(isOutcome).length === 2)
  await acknowledged()
  expect(called).toBe(1)
  expect(reports.filter(isOutcome).map((report) => 'output' in report && report.output)).toEqual([
    { value: 1 },
    { value: 1 },
  ])
})

test('the next fence of the same attempt is another call', async () => {
  let called = 0
  await start([plugin(async () => ++called)])
  const run = command()
  await carriedOut(run)
  await send({ ...run, fence: 2 })
  await until('both', () => reports.length === 2)
  expect(called).toBe(2)
})

test('a timeout aborts the call and is worth a retry', async () => {
  await start([
    plugin(
      async (_, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ),
  ])
  const from = performance.now()
  expect(await carriedOut(command({ timeoutMs: 100 }))).toMatchObject({
    type: 'step.failed',
    error: { code: 'plugin.timed_out', retryable: true, message: expect.stringContaining('timeout of 100ms') },
  })
  expect(performance.now() - from).toBeLessThan(2_000)
})

test('a plugin that does not heed its signal is given up, and its late answer is ignored', async () => {
  const late = deferred<Json>()
  await start([plugin(async () => late.promise)])
  expect(await carriedOut(command({ timeoutMs: 50 }))).toMatchObject({ error: { code: 'plugin.timed_out' } })
  late.resolve('late')
  await acknowledged()
  expect(reports.filter(isOutcome)).toHaveLength(1)
})

test('a cancelled run ends its calls, and calls whose command arrives later', async () => {
  let called = 0
  await start([
    plugin(
      async (_, { signal }) => (
        called++, new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      ),
    ),
  ])
  const run = command()
  const other = command()
  await send(run)
  await send(other)
  await until('both calls', () => called === 2)
  const cancel = encodeCancel({ runId: run.runId, reason: 'asked by ada' }, Date.now())
  await journal.append([{ subject: subjects.control(run.runId), body: cancel }])
  await until('the outcome', () => reports.some(isOutcome))
  expect(reports.filter(isOutcome)).toMatchObject([
    {
      runId: run.runId,
      error: { code: 'plugin.cancelled', retryable: false, message: 'The step was cancelled: asked by ada.' },
    },
  ])
  expect(await carriedOut(command({ runId: run.runId, step: 'two' }))).toMatchObject({
    error: { code: 'plugin.cancelled' },
  })
})

test('a single call is cancelled by its address, and its neighbours go on', async () => {
  await start([
    plugin(
      async (_, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ),
  ])
  const one = command()
  const two = { ...one, item: 1 }
  await send(one)
  await send(two)
  await until('both running', () => reports.length === 2)
  const cancel = encodeCancel({ runId: one.runId, step: one, reason: 'enough' }, Date.now())
  await journal.append([{ subject: subjects.control(one.runId), body: cancel }])
  await until('an outcome', () => reports.some(isOutcome))
  expect(reports.filter(isOutcome).map((report) => report.item)).toEqual([-1])
})

test('what is no command is dropped, not delivered for ever', async () => {
  await start([plugin(async () => 1)])
  await journal.append([{ subject: 'command.default.try.run_x', body: Buffer.from('{"hello": "world"}') }])
  await journal.append([{ subject: 'command.default.try.run_x', body: Buffer.from([0xff]) }])
  expect(await carriedOut(command())).toMatchObject({ type: 'step.completed' })
  await acknowledged()
})

test('a worker that stops lets short calls end, and hands long ones back without a failure', async () => {
  const short = deferred<Json>()
  await start(
    [
      plugin(async (input, { signal }) =>
        input['short'] === true
          ? short.promise
          : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ),
    ],
    { limits: { stopGraceMs: 300 } },
  )
  const long = command()
  const brief = command({ with: { value: { short: true } } })
  await send(long)
  await send(brief)
  await until('both running', () => reports.length === 2)
  const stopping = worker.stop()
  await pause(20)
  short.resolve('done')
  await stopping
  expect(reports.filter(isOutcome)).toMatchObject([{ runId: brief.runId, type: 'step.completed' }])
  const again: string[] = []
  const other = await journal.consume(
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

test('two plugins of one name are refused', async () => {
  await start([plugin(async () => 1)])
  const twice = [plugin(async () => 1), plugin(async () => 2)]
  expect(() => createWorker({ ...(worker as never as WorkerOptions), plugins: twice })).toThrow(
    /Two plugins are called `try`/,
  )
})

test('plugins are closed when the worker stops, also when one of them cannot', async () => {
  const closed: string[] = []
  const one = { ...plugin(async () => 1), close: async () => Promise.reject(new Error('stuck')) }
  const two = { ...plugin(async () => 1, { name: 'two' }), close: async () => void closed.push('two') }
  await start([one, two])
  await worker.stop()
  await worker.stop()
  expect(closed).toEqual(['two'])
})

test('blobs of one environment are not seen in another', async () => {
  await start([
    plugin(async (input, { blobs }) => {
      if (input['put'] === true) await blobs.put('a/b.txt', Buffer.from('hello'))
      return [await blobs.list('a/', 10), (await blobs.get('a/b.txt'))?.length ?? null]
    }),
  ])
  expect(await carriedOut(command({ with: { value: { put: true } } }))).toMatchObject({
    output: { value: [['a/b.txt'], 5] },
  })
  expect(await carriedOut(command({ environment: 'prod' }))).toMatchObject({ output: { value: [[], null] } })
})

test('ten thousand trivial calls are each answered once', async () => {
  await start([plugin(async (input) => input['n'] ?? null)])
  const runs = Array.from({ length: 10_000 }, (_, n) => command({ with: { value: { n } } }))
  const from = performance.now()
  for (let i = 0; i < runs.length; i += 500) await journal.append(runs.slice(i, i + 500).map(record))
  await until('all outcomes', () => reports.length === runs.length)
  const rate = runs.length / ((performance.now() - from) / 1000)
  console.log(`${Math.round(rate)} trivial calls/s`)
  expect(new Set(reports.map((report) => report.runId)).size).toBe(runs.length)
  await acknowledged()
})
