import { type Json, pluginErrors } from '@millrace/plugin'
import { afterEach, expect, test } from 'vitest'
import { startTestWorker, type TestWorker, testCommand, testPlugin } from './testdata/test-worker.ts'
import { createWorker, type WorkerOptions } from './worker.ts'

let worker: TestWorker
afterEach(() => worker.stop())

test('a command is carried out, reported, and then acknowledged', async () => {
  worker = await startTestWorker([testPlugin(async (input) => ({ got: input['a'] ?? null }))])
  const run = testCommand({ with: { value: { a: 1 } } })
  expect(await worker.carriedOut(run)).toMatchObject({
    type: 'step.completed',
    output: { value: { got: 1 } },
    runId: run.runId,
    task: 'main',
    worker: 'worker-1',
    fence: 1,
  })
  await worker.acknowledged()
  expect(worker.reports.map((report) => report.type)).toEqual(['step.completed'])
})

test('the plugin is told of its run', async () => {
  worker = await startTestWorker([
    testPlugin(async (_, context) => [
      context.runId,
      context.traceparent,
      context.idempotencyKey,
      context.limits.timeMsMax,
    ]),
  ])
  const run = testCommand()
  expect(await worker.carriedOut(run)).toMatchObject({
    output: {
      value: [run.runId, '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01', run.idempotencyKey, 10_000],
    },
  })
})

test('failures carry their code, whether to retry, and details', async () => {
  worker = await startTestWorker([
    testPlugin(async () => {
      throw pluginErrors.http_unreachable('No route to it.', { details: { status: 0 } })
    }),
    testPlugin(
      async () => {
        throw new TypeError('a bug')
      },
      { name: 'buggy' },
    ),
  ])
  expect(await worker.carriedOut(testCommand())).toMatchObject({
    type: 'step.failed',
    error: { code: 'plugin.http_unreachable', message: 'No route to it.', retryable: true, details: { status: 0 } },
  })
  expect(await worker.carriedOut(testCommand({ plugin: 'buggy' }))).toMatchObject({
    error: { code: 'plugin.broken', message: 'a bug', retryable: false },
  })
  expect(worker.logs.map((line) => line.body)[0]).toBe('TypeError: a bug')
})

test('an unknown plugin is told with those there are', async () => {
  worker = await startTestWorker([testPlugin(async () => null)])
  expect(await worker.carriedOut(testCommand({ plugin: 'pyton' }))).toMatchObject({
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
  worker = await startTestWorker([testPlugin(async () => ++called, { input })])
  for (const value of [{}, { url: 1 }, { url: 'x', ulr: 'y' }, [], null]) {
    expect(await worker.carriedOut(testCommand({ with: { value } }))).toMatchObject({
      error: { code: 'plugin.input_invalid', retryable: false, details: { complaints: expect.any(Array) } },
    })
  }
  expect(called).toBe(0)
})

test('a large `with` comes from blob, and one that is gone or too large is told', async () => {
  worker = await startTestWorker([testPlugin(async (input) => (input['text'] as string).length)], {
    limits: { inputBytesMax: 200_000 },
  })
  await worker.blob.put('with/1', Buffer.from(JSON.stringify({ text: 'x'.repeat(100_000) })))
  expect(await worker.carriedOut(testCommand({ with: { blob: 'with/1', bytes: 100_011 } }))).toMatchObject({
    output: { value: 100_000 },
  })
  expect(await worker.carriedOut(testCommand({ with: { blob: 'with/2', bytes: 1 } }))).toMatchObject({
    error: { code: 'plugin.broken' },
  })
  expect(await worker.carriedOut(testCommand({ with: { blob: 'with/1', bytes: 300_000 } }))).toMatchObject({
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
  worker = await startTestWorker([testPlugin(async (input) => outputs[input['which'] as string] as Json)], {
    limits: { outputBytesMax: 200_000 },
  })
  const which = (name: string) => worker.carriedOut(testCommand({ with: { value: { which: name } } }))
  const large = await which('large')
  if (large.type !== 'step.completed' || !('blob' in large.output)) throw new Error('no reference')
  expect(large.output.bytes).toBe(100_002)
  expect(large.output.blob).toMatch(new RegExp(`^outputs/${large.runId}/[0-9a-f]{32}\\.json$`))
  expect(JSON.parse(Buffer.from((await worker.blob.get(large.output.blob)) ?? []).toString())).toBe(outputs['large'])
  expect(await which('tooLarge')).toMatchObject({ error: { code: 'plugin.output_too_large' } })
  expect(await which('date')).toMatchObject({
    error: { code: 'plugin.broken', message: expect.stringContaining('a Date at /at/0: use .toISOString()') },
  })
  expect(await which('nan')).toMatchObject({ error: { message: expect.stringContaining('NaN at /x') } })
  expect(await which('nothing')).toMatchObject({ error: { message: expect.stringContaining('undefined') } })
  expect(await which('big')).toMatchObject({ error: { message: expect.stringContaining('a bigint') } })
})

test('what is no command is dropped, not delivered for ever', async () => {
  worker = await startTestWorker([testPlugin(async () => 1)])
  await worker.journal.append([{ subject: 'command.default.try.run_x', body: Buffer.from('{"hello": "world"}') }])
  await worker.journal.append([{ subject: 'command.default.try.run_x', body: Buffer.from([0xff]) }])
  expect(await worker.carriedOut(testCommand())).toMatchObject({ type: 'step.completed' })
  await worker.acknowledged()
})

test('two plugins of one name are refused', async () => {
  worker = await startTestWorker([testPlugin(async () => 1)])
  const twice = [testPlugin(async () => 1), testPlugin(async () => 2)]
  expect(() => createWorker({ ...(worker as never as WorkerOptions), plugins: twice })).toThrow(
    /Two plugins are called `try`/,
  )
})

test('blobs of one environment are not seen in another', async () => {
  worker = await startTestWorker([
    testPlugin(async (input, { blobs }) => {
      if (input['put'] === true) await blobs.put('a/b.txt', Buffer.from('hello'))
      return [await blobs.list('a/', 10), (await blobs.get('a/b.txt'))?.length ?? null]
    }),
  ])
  expect(await worker.carriedOut(testCommand({ with: { value: { put: true } } }))).toMatchObject({
    output: { value: [['a/b.txt'], 5] },
  })
  expect(await worker.carriedOut(testCommand({ environment: 'prod' }))).toMatchObject({ output: { value: [[], null] } })
})
