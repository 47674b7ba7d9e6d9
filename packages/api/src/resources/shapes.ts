// What machines read: the JSON of each noun. Times are RFC 3339 in UTC with milliseconds; what is not known is left out.

import type { Environment } from '@millrace/access'
import type { PlaybookVersion, RunDetail, RunStep, RunStepDetail, RunSummary, RunTask } from '@millrace/dispatch'
import type { DatasetSummary } from '@millrace/refine'
import { type TSchema, Type } from 'typebox'
import type { LogLine } from '../contract.ts'

export const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC, with milliseconds.' })
export const AnyJson = Type.Unknown({ description: 'Any JSON value.' })
export const AnyObject = Type.Object({}, { additionalProperties: true })
const Count = Type.Integer({ minimum: 0 })

export const ComplaintShape = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    pointer: Type.Optional(Type.String({ description: 'JSON pointer into the document.' })),
    line: Type.Optional(Type.Integer()),
    column: Type.Optional(Type.Integer()),
    endLine: Type.Optional(Type.Integer()),
    endColumn: Type.Optional(Type.Integer()),
    expected: Type.Optional(Type.String()),
    found: Type.Optional(Type.String()),
    hint: Type.Optional(Type.String()),
  },
  { $id: 'Complaint', description: 'One fault in a document or request, placed where its author can find it.' },
)

export const ProblemShape = Type.Object(
  {
    type: Type.String({ description: 'A page of this server that explains the code.' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: '`room.problem`, stable.' }),
    detail: Type.String(),
    todo: Type.Optional(Type.String({ description: 'What to do about it.' })),
    instance: Type.String(),
    requestId: Type.String(),
    retryable: Type.Boolean(),
    errors: Type.Optional(Type.Array(ComplaintShape)),
    details: Type.Optional(AnyObject),
  },
  { $id: 'Problem', description: 'Why the request failed (RFC 9457).' },
)

export const RunErrorShape = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    retryable: Type.Boolean(),
    details: Type.Optional(AnyObject),
    task: Type.Optional(Type.String()),
    step: Type.Optional(Type.String()),
    item: Type.Optional(Type.Integer()),
  },
  { $id: 'RunError' },
)

const CountsShape = Type.Object({ total: Count, completed: Count, failed: Count, running: Count }, { $id: 'Counts' })

export const RunStates = ['queued', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const
export const StepStates = ['scheduled', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled'] as const

const runProperties = {
  id: Type.String({ description: '`run_…`; sorts by birth.' }),
  environment: Type.String(),
  playbook: Type.String(),
  version: Type.Integer(),
  state: Type.Enum([...RunStates]),
  trigger: Type.String(),
  startedBy: Type.String(),
  createdAt: Time,
  endedAt: Type.Optional(Time),
  steps: CountsShape,
  error: Type.Optional(RunErrorShape),
  traceId: Type.String(),
}

export const RunShape = Type.Object(runProperties, { $id: 'Run' })

const RunTaskShape = Type.Object(
  {
    name: Type.String(),
    state: Type.String(),
    needs: Type.Array(Type.String()),
    when: Type.String({ description: 'Which outcome of its needs it wants: completed, failed or always.' }),
    startedAt: Type.Optional(Time),
    endedAt: Type.Optional(Time),
    items: Type.Optional(CountsShape),
    steps: Type.Array(Type.Object({ id: Type.String(), plugin: Type.String() })),
    error: Type.Optional(RunErrorShape),
  },
  { $id: 'RunTask' },
)

export const RunDetailShape = Type.Object(
  { ...runProperties, inputs: AnyObject, outputs: Type.Optional(AnyJson), tasks: Type.Array(RunTaskShape) },
  { $id: 'RunDetail' },
)

const stepProperties = {
  task: Type.String(),
  item: Type.Integer({ description: '-1 outside `forEach`.' }),
  step: Type.String(),
  plugin: Type.String(),
  state: Type.Enum([...StepStates]),
  round: Type.Integer(),
  attempt: Type.Integer(),
  startedAt: Type.Optional(Time),
  endedAt: Type.Optional(Time),
  worker: Type.Optional(Type.String()),
  error: Type.Optional(RunErrorShape),
  spanId: Type.String(),
}

export const RunStepShape = Type.Object(stepProperties, { $id: 'RunStep' })

export const RunStepDetailShape = Type.Object(
  {
    ...stepProperties,
    input: Type.Optional(AnyJson),
    output: Type.Optional(AnyJson),
    truncated: Type.Boolean({ description: 'Input or output was too large to show and is cut.' }),
    attempts: Type.Array(
      Type.Object({
        round: Type.Integer(),
        attempt: Type.Integer(),
        fence: Type.Integer(),
        startedAt: Type.Optional(Time),
        endedAt: Type.Optional(Time),
        worker: Type.Optional(Type.String()),
        error: Type.Optional(RunErrorShape),
      }),
    ),
  },
  { $id: 'RunStepDetail' },
)

export const PlaybookShape = Type.Object(
  {
    environment: Type.String(),
    name: Type.String(),
    version: Type.Integer(),
    description: Type.String(),
    labels: Type.Record(Type.String(), Type.String()),
    text: Type.String({ description: 'The YAML as it was published.' }),
    publishedAt: Time,
    publishedBy: Type.String(),
    inputs: AnyObject,
    webhooks: Type.Array(Type.String()),
  },
  { $id: 'Playbook' },
)

export const LogLineShape = Type.Object(
  {
    id: Type.String(),
    at: Time,
    severity: Type.String(),
    text: Type.String(),
    task: Type.Optional(Type.String()),
    step: Type.Optional(Type.String()),
    item: Type.Optional(Type.Integer()),
    attempt: Type.Optional(Type.Integer()),
    attributes: Type.Record(Type.String(), Type.String()),
  },
  { $id: 'LogLine' },
)

export const ColumnShape = Type.Object({ name: Type.String(), type: Type.String() }, { $id: 'Column' })

export const DatasetShape = Type.Object(
  {
    name: Type.String(),
    table: Type.String({ description: 'As a query names it.' }),
    rows: Count,
    bytes: Count,
    columns: Type.Array(ColumnShape),
    updatedAt: Time,
  },
  { $id: 'Dataset' },
)

export const EnvironmentShape = Type.Object({ name: Type.String(), createdAt: Time }, { $id: 'Environment' })

/** A page of a list: `next` is there while there is more. */
export function pageShape(item: TSchema & { $id?: string }) {
  return Type.Object(
    { items: Type.Array(item), next: Type.Optional(Type.String()) },
    { $id: `${item.$id ?? 'Item'}Page` },
  )
}

function time(atMs: number): string {
  return new Date(atMs).toISOString()
}

function timeOrNone(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : time(atMs)
}

export function runJson(run: RunSummary): object {
  return { ...run, createdAt: time(run.createdAt), endedAt: timeOrNone(run.endedAt) }
}

export function runDetailJson(run: RunDetail): object {
  return { ...runJson(run), inputs: run.inputs, outputs: run.outputs, tasks: run.tasks.map(taskJson) }
}

function taskJson(task: RunTask): object {
  return { ...task, startedAt: timeOrNone(task.startedAt), endedAt: timeOrNone(task.endedAt) }
}

export function stepJson(step: RunStep): object {
  return { ...step, startedAt: timeOrNone(step.startedAt), endedAt: timeOrNone(step.endedAt) }
}

export function stepDetailJson(step: RunStepDetail): object {
  return {
    ...stepJson(step),
    attempts: step.attempts.map((attempt) => ({
      ...attempt,
      startedAt: timeOrNone(attempt.startedAt),
      endedAt: timeOrNone(attempt.endedAt),
    })),
  }
}

export function playbookJson(playbook: PlaybookVersion): object {
  return { ...playbook, publishedAt: time(playbook.publishedAt) }
}

export function logLineJson(line: LogLine): object {
  return { ...line, at: time(line.at) }
}

export function datasetJson(dataset: DatasetSummary): object {
  return { ...dataset, updatedAt: time(dataset.updatedAt) }
}

export function environmentJson(environment: Environment): object {
  return { ...environment, createdAt: time(environment.createdAt) }
}
