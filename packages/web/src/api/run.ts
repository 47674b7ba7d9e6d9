// One run whole: its tasks, its steps page by page, one step in full, its log lines.

import { queryOptions } from '@tanstack/react-query'
import { limits } from '../limits.ts'
import { operation, request } from './client.ts'
import { type Counts, errorFields, type Run, type RunError, runFields } from './runs.ts'

export type TaskState = 'pending' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled'
export type StepState = 'scheduled' | 'running' | 'waiting' | 'completed' | 'failed' | 'skipped' | 'cancelled'

export interface RunTask {
  readonly name: string
  readonly state: TaskState
  readonly needs: readonly string[]
  readonly when: string
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly items: Counts | null
  readonly steps: readonly { readonly id: string; readonly plugin: string }[]
  readonly error: RunError | null
}

export interface RunStep {
  readonly task: string
  readonly item: number
  readonly step: string
  readonly plugin: string
  readonly state: StepState
  readonly round: number
  readonly attempt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly worker: string | null
  readonly error: RunError | null
  readonly spanId: string
}

export interface Attempt {
  readonly round: number
  readonly attempt: number
  readonly fence: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly worker: string | null
  readonly error: RunError | null
}

export interface RunStepDetail extends RunStep {
  readonly input: unknown
  readonly output: unknown
  readonly truncated: boolean
  readonly attempts: readonly Attempt[]
}

export interface RunDetail extends Run {
  readonly inputs: unknown
  readonly outputs: unknown
  readonly tasks: readonly RunTask[] | null
  readonly text: string
}

export type Severity = 'debug' | 'info' | 'warn' | 'error'

export interface LogLine {
  readonly id: string
  readonly at: number
  readonly severity: Severity
  readonly text: string
  readonly task: string | null
  readonly step: string | null
  readonly item: number | null
  readonly attempt: number | null
  readonly attributes: Record<string, string> | null
}

export interface LogFilter {
  readonly search?: string
  readonly task?: string
  readonly step?: string
  readonly item?: number
  readonly severityMin?: Severity
}

/** Which step of which item; item −1 outside `forEach`. */
export interface StepAddress {
  readonly task: string
  readonly item: number
  readonly step: string
}

const taskFields = `name state needs when startedAt endedAt items { total completed failed running }
  steps { id plugin } error { ${errorFields} }`
const stepFields = `task item step plugin state round attempt startedAt endedAt worker error { ${errorFields} } spanId`
const logFields = 'id at severity text task step item attempt attributes'

type OneRun = { environment: string; id: string }

export const runOperation = operation<{ run: RunDetail | null }, OneRun>(`query Run($environment: String!, $id: ID!) {
  run(environment: $environment, id: $id) { ${runFields} inputs outputs text tasks { ${taskFields} } }
}`)

interface StepPage {
  readonly items: readonly RunStep[]
  readonly next: string | null
}

export const runStepsOperation = operation<
  { run: { stepList: StepPage } | null },
  OneRun & { first: number; after: string | null }
>(`query RunSteps($environment: String!, $id: ID!, $first: Int!, $after: String) {
  run(environment: $environment, id: $id) { stepList(first: $first, after: $after) { items { ${stepFields} } next } }
}`)

export const runStepOperation = operation<
  { run: { step: RunStepDetail | null } | null },
  OneRun & { task: string; item: number; step: string }
>(`query RunStep($environment: String!, $id: ID!, $task: String!, $item: Int!, $step: String!) {
  run(environment: $environment, id: $id) {
    step(task: $task, item: $item, step: $step) {
      ${stepFields} input output truncated
      attempts { round attempt fence startedAt endedAt worker error { ${errorFields} } }
    }
  }
}`)

interface LogPage {
  readonly items: readonly LogLine[]
  readonly next: string | null
}

export const runLogsOperation = operation<
  { run: { logs: LogPage } | null },
  OneRun & { filter: LogFilter; first: number; after: string | null }
>(`query RunLogs($environment: String!, $id: ID!, $filter: LogFilter, $first: Int!, $after: String) {
  run(environment: $environment, id: $id) {
    logs(filter: $filter, first: $first, after: $after) { items { ${logFields} } next }
  }
}`)

export interface RunChange {
  readonly run: Run & { readonly tasks: readonly RunTask[] | null; readonly outputs: unknown }
  readonly steps: readonly RunStep[]
  readonly more: boolean
}

export const runChangedOperation = operation<
  { runChanged: RunChange },
  OneRun
>(`subscription RunChanged($environment: String!, $id: ID!) {
  runChanged(environment: $environment, id: $id) {
    run { ${runFields} outputs tasks { ${taskFields} } } steps { ${stepFields} } more
  }
}`)

export const runLogLinesOperation = operation<
  { runLogs: readonly LogLine[] },
  OneRun
>(`subscription RunLogLines($environment: String!, $id: ID!) {
  runLogs(environment: $environment, id: $id) { ${logFields} }
}`)

export async function fetchRun(of: OneRun, signal?: AbortSignal): Promise<RunDetail | null> {
  return (await request(runOperation, of, { signal })).run
}

export async function fetchSteps(of: OneRun, after: string | null, signal?: AbortSignal): Promise<StepPage> {
  const answer = await request(runStepsOperation, { ...of, first: limits.stepsPageSize, after }, { signal })
  return answer.run?.stepList ?? { items: [], next: null }
}

export async function fetchLogs(
  of: OneRun,
  filter: LogFilter,
  after: string | null,
  signal?: AbortSignal,
): Promise<LogPage> {
  const answer = await request(runLogsOperation, { ...of, filter, first: limits.logsPageSize, after }, { signal })
  return answer.run?.logs ?? { items: [], next: null }
}

/** `version` is anything that changes when the step does, so that what is shown stays true. */
export function stepQuery(of: OneRun, at: StepAddress, version: string) {
  return queryOptions({
    queryKey: ['run-step', of, at, version],
    queryFn: async ({ signal }) => (await request(runStepOperation, { ...of, ...at }, { signal })).run?.step ?? null,
    placeholderData: (before: RunStepDetail | null | undefined) =>
      before?.task === at.task && before.step === at.step && before.item === at.item ? before : undefined,
  })
}
