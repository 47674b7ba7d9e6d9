import { encodeCancel, type JsonObject, subjects } from '@millrace/plugin'
import { afterEach, expect, test } from 'vitest'
import { nap, napping, until } from './testdata/program-calls.ts'
import { isOutcome, startTestWorker, type TestWorker, testCommand, testPlugin } from './testdata/test-worker.ts'

// Code steps from command to report: what the tests of `code` and `process` show of one call, with a worker around it.

let worker: TestWorker
afterEach(() => worker.stop())

const languages = ['python', 'node'] as const
const codePlugins = languages.map((language) =>
  testPlugin(
    (input, context) =>
      context.code({ language, code: input['code'] as string, input: input['input'] as JsonObject, packages: [] }),
    {
      name: language,
      secrets: ['/input/*'],
    },
  ),
)
const bash = testPlugin(
  async (input, context) => {
    const { exitCode } = await context.process({ command: 'bash', arguments: ['-c', input['code'] as string] })
    return exitCode ?? null
  },
  { name: 'bash' },
)

const step = (plugin: string, code: string, more: Parameters<typeof testCommand>[0] = {}, input: JsonObject = {}) =>
  testCommand({ plugin, with: { value: { code, input } }, ...more })

const endless: readonly (readonly [string, string])[] = [
  [
    'python',
    `import subprocess\nsubprocess.Popen(["setsid", "sleep", "${nap(68)}1"])\ndef main():\n    print("up", flush=True)\n    while True: pass`,
  ],
  [
    'node',
    `require("node:child_process").spawn("sleep", ["${nap(68)}2"], { detached: true })\nfunction main() { console.log("up"); for (;;); }`,
  ],
  ['bash', `setsid sleep ${nap(68)}3 & echo up; while true; do :; done`],
]

test('a step that loops for ever ends with its timeout, whole, in every language', async () => {
  worker = await startTestWorker([...codePlugins, bash])
  const outcomes = await Promise.all(
    endless.map(([plugin, code]) => worker.carriedOut(step(plugin, code, { timeoutMs: 3_000 }))),
  )
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ error: { code: 'plugin.timed_out', retryable: true } })
  expect(worker.logs.filter((line) => line.body === 'up')).toHaveLength(3)
  expect(napping(nap(68))).toEqual([])
})

test('a cancelled run’s processes are gone when its outcome is told', async () => {
  worker = await startTestWorker([...codePlugins, bash])
  const commands = endless.map(([plugin, code]) => step(plugin, code, { runId: 'run_cancelled', step: plugin }))
  for (const command of commands) await worker.send(command)
  await until('all three to be up', () => worker.logs.filter((line) => line.body === 'up').length === 3)
  const cancel = encodeCancel({ runId: 'run_cancelled', reason: 'enough' }, Date.now())
  await worker.journal.append([{ subject: subjects.control('run_cancelled'), body: cancel }])
  await until('three outcomes', () => worker.reports.filter(isOutcome).length === 3)
  for (const report of worker.reports.filter(isOutcome))
    expect(report).toMatchObject({ error: { code: 'plugin.cancelled' } })
  expect(napping(nap(68))).toEqual([])
})

test('a worker that stops ends its processes within seconds and reports nothing of them', async () => {
  worker = await startTestWorker([...codePlugins, bash])
  for (const [plugin, code] of endless) await worker.send(step(plugin, code))
  await until('all three to be up', () => worker.logs.filter((line) => line.body === 'up').length === 3)
  await worker.worker.stop()
  expect(worker.reports.filter(isOutcome)).toEqual([])
  expect(napping(nap(68))).toEqual([])
})

test('printed lines are log records with their stream, secrets masked, all there before the outcome', async () => {
  worker = await startTestWorker(codePlugins)
  const python =
    'import sys, base64\ndef main(key):\n    print("key", key)\n    print(base64.b64encode(b"me:" + key.encode()).decode(), file=sys.stderr)\n    raise ValueError(key)'
  const command = step('python', python, { secrets: ['token'] }, { key: { secret: 'token' } })
  const outcome = await worker.carriedOut(command)
  expect(outcome).toMatchObject({
    error: { code: 'plugin.code_failed', message: expect.stringContaining('ValueError: ***') },
  })
  expect(JSON.stringify([outcome, worker.logs])).not.toMatch(/correct horse|Y29ycmVjdCBob3JzZ/)
  const line = worker.logs.find(({ body }) => body === 'key ***')
  expect(line).toMatchObject({
    severity: 'info',
    attributes: { 'log.iostream': 'stdout', 'millrace.run.id': command.runId },
  })
  expect(worker.logs.find(({ attributes }) => attributes?.['log.iostream'] === 'stderr')?.body).toContain('***')
  expect(worker.logs.filter(({ severity }) => severity === 'error').map(({ body }) => body)).toContain(
    'ValueError: ***',
  )
  expect(worker.order.at(-1)).toBe('step.failed')
})

test('what the code may know of its run is in its environment', async () => {
  worker = await startTestWorker([...codePlugins, bash])
  const command = step(
    'python',
    'import os\ndef main(): return [os.environ[k] for k in ("MILLRACE_RUN_ID", "MILLRACE_IDEMPOTENCY_KEY", "TRACEPARENT")]',
  )
  expect(await worker.carriedOut(command)).toMatchObject({
    output: { value: [command.runId, command.idempotencyKey, `00-${command.traceId}-${command.spanId}-01`] },
  })
})

test('lines beyond the limit are counted, and printing without end stops the step', async () => {
  worker = await startTestWorker(codePlugins, { limits: { logLinesMax: 100, printedBytesMax: 1_000_000 } })
  const some = 'def main():\n    for i in range(1000): print(i)'
  expect(await worker.carriedOut(step('python', some))).toMatchObject({ type: 'step.completed' })
  expect(worker.logs).toHaveLength(101)
  expect(worker.logs.at(-1)?.body).toBe('900 more lines were left out: a step keeps at most 100.')
  const endlessly = 'def main():\n    while True: print("x" * 1000)'
  expect(await worker.carriedOut(step('python', endlessly))).toMatchObject({
    error: { code: 'plugin.code_logs', retryable: false },
  })
})

test('waiting for a slot is not the step’s own time', async () => {
  worker = await startTestWorker(codePlugins, { programSlots: 1 })
  const slow = 'import time\ndef main(): time.sleep(0.4)'
  const commands = Array.from({ length: 4 }, () => step('python', slow, { timeoutMs: 1_200 }))
  const outcomes = await Promise.all(commands.map((command) => worker.carriedOut(command)))
  for (const outcome of outcomes) expect(outcome.type).toBe('step.completed')
})

test('a thousand code steps at once are each answered once', async () => {
  worker = await startTestWorker(codePlugins)
  const commands = Array.from({ length: 1_000 }, (_, n) =>
    step('python', 'def main(n): return n', { timeoutMs: 60_000 }, { n }),
  )
  for (const command of commands) await worker.send(command)
  const outcomes = () => worker.reports.filter(isOutcome)
  await until('all of them', () => outcomes().length >= 1_000, 50_000)
  const answered = outcomes().map((report) =>
    report.type === 'step.completed' && 'value' in report.output ? report.output.value : report,
  )
  expect([...answered].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 1_000 }, (_, n) => n))
  await worker.acknowledged()
})
