import { compileSchema } from '@millrace/lang'
import { expect, test } from 'vitest'
import { encodeCancel, encodeReport, encodeRun, type StepReport, type StepRun } from './message.ts'
import { messageSchemas } from './message-schema.ts'

const address = { task: 'fetch', item: -1, step: 'get', round: 0, attempt: 1, fence: 1 }
const command: StepRun = {
  ...address,
  environment: 'dev',
  runId: 'run_1',
  playbook: 'quakes',
  version: 3,
  plugin: 'http',
  pool: 'default',
  with: { value: { url: 'https://example.com' } },
  secrets: [],
  timeoutMs: 1000,
  idempotencyKey: 'run_1/fetch/-1/get/0',
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  leaseMs: 30_000,
}
const said = { ...address, environment: 'dev', runId: 'run_1', worker: 'w1', at: 5, startedAt: 2 }
const error = { code: 'plugin.http_status', message: 'No.', retryable: true }
const reports: readonly StepReport[] = [
  { ...said, type: 'step.started' },
  { ...said, type: 'step.alive' },
  { ...said, type: 'step.completed', output: { blob: 'runs/run_1/output', bytes: 70_000 } },
  { ...said, type: 'step.failed', error },
]
const messages: readonly (readonly [string, Uint8Array])[] = [
  ['step.run', encodeRun(command, 1)],
  ['step.cancel', encodeCancel({ runId: 'run_1', reason: 'why not' }, 1)],
  ['step.cancel', encodeCancel({ runId: 'run_1', step: address, reason: 'why not' }, 1)],
  ...reports.map((report) => [report.type, encodeReport(report)] as const),
]

function complaintsAbout(type: string, message: unknown): readonly string[] {
  const found = messageSchemas.find((it) => it.type === `io.millrace.${type}`)
  return compileSchema(found?.schema ?? {})
    .check(message)
    .map(({ message: sentence, pointer }) => `${pointer} ${sentence}`)
}

test.each(messages)('a %s fits its schema, and lacks nothing that it may', (type, body) => {
  const message = JSON.parse(new TextDecoder().decode(body)) as { data: object }
  expect(complaintsAbout(type, message)).toEqual([])
  const { schema } = messageSchemas.find((it) => it.type === `io.millrace.${type}`) ?? {}
  const described = Object.keys((schema as { properties: { data: { properties: object } } }).properties.data.properties)
  expect(described).toEqual(expect.arrayContaining(Object.keys(message.data)))
})

test('every kind of message has been tried', () => {
  expect(new Set(messages.map(([type]) => `io.millrace.${type}`))).toEqual(
    new Set(messageSchemas.map(({ type }) => type)),
  )
})

test.each([
  ['of another kind', { type: 'io.millrace.step.done' }],
  ['without data', { data: undefined }],
  ['with an address that is none', { data: { ...command, fence: 0 } }],
  ['with a trace id of another length', { data: { ...command, traceId: 'ab' } }],
  ['with a value that is neither here nor in blob', { data: { ...command, with: {} } }],
])('a message %s is complained about', (_, change) => {
  const message = { ...(JSON.parse(new TextDecoder().decode(encodeRun(command, 1))) as object), ...change }
  expect(complaintsAbout('step.run', message)).not.toEqual([])
})
