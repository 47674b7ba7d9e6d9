// Runs as the list shows them, and the acts on one.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { limits } from '../limits.ts'
import { operation, request } from './client.ts'

export const runStates = ['queued', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const
export type RunState = (typeof runStates)[number]

export interface Counts {
  readonly total: number
  readonly completed: number
  readonly failed: number
  readonly running: number
}

export interface RunError {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly details: unknown
  readonly task: string | null
  readonly step: string | null
  readonly item: number | null
}

export interface Run {
  readonly id: string
  readonly environment: string
  readonly playbook: string
  readonly version: number
  readonly state: RunState
  readonly trigger: string
  readonly startedBy: string
  readonly createdAt: number
  readonly endedAt: number | null
  readonly steps: Counts
  readonly error: RunError | null
  readonly traceId: string
}

export interface RunFilter {
  readonly playbook?: string
  readonly states?: readonly RunState[]
  readonly search?: string
  readonly createdAfter?: number
  readonly createdBefore?: number
}

export interface RunPage {
  readonly items: readonly Run[]
  readonly next: string | null
}

export const errorFields = 'code message retryable details task step item'
export const runFields = `id environment playbook version state trigger startedBy createdAt endedAt
  steps { total completed failed running } error { ${errorFields} } traceId`

export const runsOperation = operation<
  { runs: RunPage },
  { environment: string; filter: RunFilter; first: number; after: string | null }
>(`query Runs($environment: String!, $filter: RunFilter, $first: Int!, $after: String) {
  runs(environment: $environment, filter: $filter, first: $first, after: $after) { items { ${runFields} } next }
}`)

export const runCountsOperation = operation<
  { runCounts: readonly { state: RunState; count: number }[] },
  { environment: string; playbook: string | null }
>(`query RunCounts($environment: String!, $playbook: String) {
  runCounts(environment: $environment, playbook: $playbook) { state count }
}`)

export const runsChangedOperation = operation<{ runsChanged: readonly Run[] }, { environment: string }>(
  `subscription RunsChanged($environment: String!) { runsChanged(environment: $environment) { ${runFields} } }`,
)

export function runsQuery(environment: string, filter: RunFilter) {
  return infiniteQueryOptions({
    queryKey: ['runs', environment, filter],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const variables = { environment, filter, first: limits.runsPageSize, after: pageParam }
      return (await request(runsOperation, variables, { signal })).runs
    },
    getNextPageParam: (page) => page.next,
    // Changes arrive by themselves; asking again for every page that was scrolled through would not be calm.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  })
}

export function recentRunsQuery(environment: string, first: number, filter: RunFilter = {}) {
  return queryOptions({
    queryKey: ['recent-runs', environment, first, filter],
    queryFn: async ({ signal }) =>
      (await request(runsOperation, { environment, filter, first, after: null }, { signal })).runs.items,
  })
}

export function runCountsQuery(environment: string, playbook?: string) {
  return queryOptions({
    queryKey: ['run-counts', environment, playbook ?? null],
    queryFn: async ({ signal }) => {
      const answer = await request(runCountsOperation, { environment, playbook: playbook ?? null }, { signal })
      return new Map(answer.runCounts.map(({ state, count }) => [state, count]))
    },
  })
}

type RunAct = { readonly id: string; readonly state: RunState }

export const startRunOperation = operation<
  { startRun: RunAct },
  { environment: string; playbook: string; version: number | null; inputs: unknown; key: string }
>(`mutation StartRun($environment: String!, $playbook: String!, $version: Int, $inputs: JSON, $key: String) {
  startRun(environment: $environment, playbook: $playbook, version: $version, inputs: $inputs, key: $key) { id state }
}`)

type OneRun = { environment: string; id: string }

export const cancelRunOperation = operation<{ cancelRun: RunAct }, OneRun>(
  'mutation CancelRun($environment: String!, $id: ID!) { cancelRun(environment: $environment, id: $id) { id state } }',
)
export const pauseRunOperation = operation<{ pauseRun: RunAct }, OneRun>(
  'mutation PauseRun($environment: String!, $id: ID!) { pauseRun(environment: $environment, id: $id) { id state } }',
)
export const resumeRunOperation = operation<{ resumeRun: RunAct }, OneRun>(
  'mutation ResumeRun($environment: String!, $id: ID!) { resumeRun(environment: $environment, id: $id) { id state } }',
)
export const rerunOperation = operation<{ rerun: RunAct }, OneRun & { inputs: unknown }>(
  `mutation Rerun($environment: String!, $id: ID!, $inputs: JSON) {
    rerun(environment: $environment, id: $id, inputs: $inputs) { id state }
  }`,
)

/** Starts once however often the button is pressed for the same `key`. */
export async function startRun(start: {
  environment: string
  playbook: string
  version?: number | undefined
  inputs: unknown
  key: string
}): Promise<RunAct> {
  return (await request(startRunOperation, { ...start, version: start.version ?? null })).startRun
}
