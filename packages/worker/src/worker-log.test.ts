import { type Json, type JsonObject, pluginErrors } from '@millrace/plugin'
import { deferred } from '@millrace/stdx'
import { afterEach, expect, test } from 'vitest'
import { until } from './testdata/program-calls.ts'
import { isOutcome, startTestWorker, type TestWorker, testCommand, testPlugin } from './testdata/test-worker.ts'

let worker: TestWorker
afterEach(() => worker.stop())

test('secrets are exchanged only where the plugin allows, and only those the playbook names', async () => {
  worker = await startTestWorker([
    testPlugin(async (input) => (input['auth'] as JsonObject)['bearer'] === 'correct horse', {
      secrets: ['/auth/bearer', '/headers/*'],
    }),
  ])
  const asks = (value: Json, secrets = ['token', 'absent']) =>
    worker.carriedOut(testCommand({ with: { value }, secrets }))
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
  worker = await startTestWorker([
    testPlugin(
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
    worker.carriedOut(
      testCommand({ with: { value: { key: { secret }, ...more } }, secrets: ['token', 'pin', 'number'] }),
    )
  expect(JSON.stringify(await run('token'))).not.toMatch(/correct|horse|Y29ycmVjdCBob3JzZ/)
  expect(await run('number')).toMatchObject({ output: { value: { number: '***' } } })
  expect(await run('token', { fail: true })).toMatchObject({
    error: { message: 'refused ***', details: { sent: ['***'] } },
  })
  expect(await run('pin')).toMatchObject({ type: 'step.completed' })
  await until('the lines', () => worker.logs.length === 5)
  expect(worker.logs.map((line) => line.body)).toContain('calling with *** and ***')
  expect(worker.logs.map((line) => line.body)).toContain(
    'The secret `pin` is shorter than 4 characters and is not masked.',
  )
})

test('log lines carry run and span, come before the outcome, and while it runs', async () => {
  const go = deferred()
  worker = await startTestWorker([
    testPlugin(async (_, context) => {
      context.log('warn', 'first', { 'http.status': '503' })
      await go.promise
      context.log('info', 'last')
      return null
    }),
  ])
  const run = testCommand({ item: 3, attempt: 2 })
  await worker.send(run)
  await until('the first line', () => worker.logs.length === 1)
  expect(worker.logs[0]).toMatchObject({
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
  await until('the outcome', () => worker.reports.some(isOutcome))
  expect(worker.order.filter((what) => what !== 'step.started' && what !== 'step.alive')).toEqual([
    'first',
    'last',
    'step.completed',
  ])
})

test('log lines are bounded in number and length', async () => {
  worker = await startTestWorker(
    [
      testPlugin(async (_, context) => {
        for (let i = 0; i < 30; i++) context.log('info', `line ${i} ${'x'.repeat(20_000)}`)
        return null
      }),
    ],
    { limits: { logLinesMax: 10 } },
  )
  await worker.carriedOut(testCommand())
  expect(worker.logs.length).toBe(11)
  expect(worker.logs[0]?.body).toMatch(/^line 0 x{16377}… \[3623 more characters\]$/)
  expect(worker.logs[10]?.body).toBe('20 more lines were left out: a step keeps at most 10.')
})
