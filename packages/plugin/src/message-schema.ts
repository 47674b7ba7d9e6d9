// The messages between dispatch and workers as JSON Schema, for plugin services in other languages. The types in
// `message.ts` are what counts: the compiler holds each list of properties here to the keys of its type.

import type { JsonObject } from '@millrace/stdx'
import type { JsonSchema } from './contract.ts'
import type { CallAddress, StepCancel, StepError, StepReport, StepRun } from './message.ts'

export interface MessageSchema {
  /** The `type` of the envelope. */
  readonly type: string
  readonly summary: string
  readonly subject: string
  readonly sentBy: 'dispatch' | 'worker'
  /** Of the whole message: CloudEvents 1.0 in JSON. */
  readonly schema: JsonSchema
}

type Properties<T> = { readonly [K in T extends unknown ? keyof T : never]: JsonSchema }

const count = (minimum: number, description: string): JsonSchema => ({ type: 'integer', minimum, description })
const text = (description: string): JsonSchema => ({ type: 'string', description })

const carried = (description: string): JsonSchema => ({
  description: `${description} Small values travel in the message, larger ones by their name in blob.`,
  oneOf: [
    { type: 'object', required: ['value'], properties: { value: { description: 'Any JSON.' } } },
    {
      type: 'object',
      required: ['blob', 'bytes'],
      properties: { blob: text('Its name.'), bytes: count(0, 'Its size.') },
    },
  ],
})

const address: Properties<CallAddress> = {
  task: text('The task.'),
  item: count(-1, 'The item of a `forEach`, from 0; −1 outside.'),
  step: text('The step.'),
  round: count(0, 'Pages and repeats, from 0.'),
  attempt: count(1, 'Retries, from 1.'),
  fence: count(1, 'Hand-outs of this attempt, from 1. Only the answer to the latest is accepted.'),
}

const run: Properties<StepRun> = {
  ...address,
  environment: text('The environment of the run.'),
  runId: text('The run.'),
  playbook: text('Name of its playbook.'),
  version: count(1, 'Version of its playbook.'),
  plugin: text('The plugin to call.'),
  pool: text('The pool of workers that is meant.'),
  with: carried('What the plugin is given: expressions evaluated, secrets as `{ "secret": name }`.'),
  secrets: { type: 'array', items: { type: 'string' }, description: 'The only secrets this run may read.' },
  timeoutMs: count(1, 'How long the call may take.'),
  idempotencyKey: text('The same over redelivery, retries and restarts of this call.'),
  traceId: { type: 'string', pattern: '^[0-9a-f]{32}$', description: 'W3C Trace Context.' },
  spanId: { type: 'string', pattern: '^[0-9a-f]{16}$', description: 'The span of this call.' },
  leaseMs: count(1, 'Report `step.alive` at least every third of this, or the call is handed to another.'),
}

const error: Properties<StepError> = {
  code: text('`room.problem`, stable.'),
  message: text('One sentence: what was found, what was expected, what to do.'),
  retryable: { type: 'boolean', description: 'Whether doing the same again can succeed.' },
  details: { type: 'object', description: 'Small facts for machines; never a secret.' },
}

const report: Properties<StepReport> = {
  ...address,
  type: {
    enum: ['step.started', 'step.alive', 'step.completed', 'step.failed'],
    description: 'What came of the call.',
  },
  environment: text('As in the command.'),
  runId: text('As in the command.'),
  worker: text('Who reports.'),
  at: count(0, 'Milliseconds since 1970 by the worker’s clock. Only differences are trusted.'),
  startedAt: count(0, 'When the call began, by the same clock.'),
  output: carried('What the plugin answered.'),
  error: {
    type: 'object',
    required: ['code', 'message', 'retryable'],
    properties: error,
    description: 'What went wrong.',
  },
}

const cancel: Properties<StepCancel> = {
  runId: text('The run.'),
  step: {
    type: 'object',
    required: Object.keys(address),
    properties: address,
    description: 'The call that is meant; without it, every call of the run.',
  },
  reason: text('Why.'),
}

/** Unknown keys are to be ignored, so that a later version can add some. */
function envelope(type: string, source: string, required: readonly string[], properties: JsonObject): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: type,
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'data'],
    properties: {
      specversion: { const: '1.0' },
      id: text('The same message sent twice has the same id.'),
      source: { type: 'string', description: source },
      type: { const: type },
      subject: text('The run.'),
      time: { type: 'string', format: 'date-time', description: 'When it was sent.' },
      datacontenttype: { const: 'application/json' },
      data: { type: 'object', required, properties },
    },
  }
}

const workerReport = (
  type: StepReport['type'],
  summary: string,
  more: readonly 'output'[] | readonly 'error'[],
): MessageSchema => {
  const { output, error: failure, ...shared } = report
  const properties = {
    ...shared,
    type: { const: type },
    ...Object.fromEntries(more.map((key) => [key, { output, error: failure }[key]])),
  }
  return {
    type: `io.millrace.${type}`,
    summary,
    subject: 'fact.<pool>.<plugin>.<run>',
    sentBy: 'worker',
    schema: envelope(`io.millrace.${type}`, '`/worker/<name>`', [...Object.keys(shared), ...more], properties),
  }
}

export const messageSchemas: readonly MessageSchema[] = [
  {
    type: 'io.millrace.step.run',
    summary: 'Carry out this call.',
    subject: 'command.<pool>.<plugin>.<run>',
    sentBy: 'dispatch',
    schema: envelope('io.millrace.step.run', '`/dispatch`', Object.keys(run), run),
  },
  {
    type: 'io.millrace.step.cancel',
    summary: 'Stop this call, or every call of the run. Every worker hears it.',
    subject: 'control.<run>',
    sentBy: 'dispatch',
    schema: envelope('io.millrace.step.cancel', '`/dispatch`', ['runId', 'reason'], cancel),
  },
  workerReport('step.started', 'The call lasts long enough for somebody to watch (over 50 ms).', []),
  workerReport('step.alive', 'Still at work: renews the lease.', []),
  workerReport('step.completed', 'The last word: the call succeeded.', ['output']),
  workerReport('step.failed', 'The last word: the call failed.', ['error']),
]
