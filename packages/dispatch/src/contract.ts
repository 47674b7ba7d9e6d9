// What dispatch offers to the api: playbooks are published to it, runs are started, watched and steered through it.

import type { Fact, Held, RunError, Trigger } from '@millrace/playbook'
import type { Complaint, Json, JsonObject, Service } from '@millrace/stdx'

export type RunState = 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled'
export type TaskState = 'pending' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled'
export type StepState = 'scheduled' | 'running' | 'waiting' | 'completed' | 'failed' | 'skipped' | 'cancelled'

export interface PlaybookVersion {
  readonly environment: string
  readonly name: string
  readonly version: number
  readonly description: string
  readonly labels: Readonly<Record<string, string>>
  /** The YAML as it was published. */
  readonly text: string
  readonly publishedAt: number
  readonly publishedBy: string
  /** JSON Schema of the inputs, as one object. */
  readonly inputs: JsonObject
  readonly webhooks: readonly string[]
}

export interface RunSummary {
  readonly id: string
  readonly environment: string
  readonly playbook: string
  readonly version: number
  readonly state: RunState
  readonly trigger: Trigger['kind']
  readonly startedBy: string
  readonly createdAt: number
  readonly endedAt: number | undefined
  /** Steps by outcome so far, over all items. */
  readonly steps: {
    readonly total: number
    readonly completed: number
    readonly failed: number
    readonly running: number
  }
  readonly error: RunError | undefined
  readonly traceId: string
}

export interface RunTask {
  readonly name: string
  readonly state: TaskState
  readonly needs: readonly string[]
  /** Which outcome of its needs it wants: `completed`, `failed` or `always`. */
  readonly when: 'completed' | 'failed' | 'always'
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  /** Undefined outside `forEach`. */
  readonly items:
    | { readonly total: number; readonly completed: number; readonly failed: number; readonly running: number }
    | undefined
  readonly steps: readonly { readonly id: string; readonly plugin: string }[]
  readonly error: RunError | undefined
}

export interface RunDetail extends RunSummary {
  readonly inputs: JsonObject
  readonly outputs: Json | undefined
  readonly tasks: readonly RunTask[]
}

export interface RunStep {
  readonly task: string
  readonly item: number
  readonly step: string
  readonly plugin: string
  readonly state: StepState
  readonly round: number
  readonly attempt: number
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly worker: string | undefined
  readonly error: RunError | undefined
  readonly spanId: string
}

export interface RunStepDetail extends RunStep {
  readonly input: Json | undefined
  readonly output: Json | undefined
  /** True when input or output was too large to show and is cut. */
  readonly truncated: boolean
  readonly attempts: readonly {
    readonly round: number
    readonly attempt: number
    readonly fence: number
    readonly startedAt: number | undefined
    readonly endedAt: number | undefined
    readonly worker: string | undefined
    readonly error: RunError | undefined
  }[]
}

export interface RunFilter {
  readonly playbook?: string
  readonly states?: readonly RunState[]
  /** Part of a run id, or of a playbook name. */
  readonly search?: string
  readonly createdAfter?: number
  readonly createdBefore?: number
}

export interface Page {
  /** At most 500. */
  readonly limit: number
  /** From the `next` of the page before. */
  readonly cursor?: string
}

export interface Paged<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

export interface StartRequest {
  readonly environment: string
  readonly playbook: string
  /** The latest when absent. */
  readonly version?: number
  readonly inputs: JsonObject
  readonly trigger: Trigger
  readonly by: string
  /** Same environment, playbook and key: same run, started once. */
  readonly key?: string
}

export interface RerunRequest {
  readonly environment: string
  readonly id: string
  readonly by: string
  /** Those of the run when absent. */
  readonly inputs?: JsonObject
  /** As in StartRequest. */
  readonly key?: string
}

/** What a screen hears, after it is durable. */
export interface RunChange {
  readonly run: RunSummary
  readonly facts: readonly Fact[]
}

/** Since this process started, for `/metrics`. */
export interface DispatchCounts {
  /** Runs that have not ended, now. */
  readonly runsActive: number
  /** Turns that wait for their commit, now. */
  readonly commitsWaiting: number
  readonly runsStarted: number
  readonly runsEnded: Readonly<Record<'completed' | 'failed' | 'cancelled', number>>
  readonly facts: number
  /** Statements; facts divided by them is how well group commit works. */
  readonly commits: number
}

export interface Dispatch extends Service {
  counts(): DispatchCounts
  /** Complaints with line and column, without publishing. */
  validate(text: string): readonly Complaint[]
  /** Refuses with `playbook.invalid` and the complaints. The same text as the latest version answers that version. */
  publish(request: { environment: string; text: string; by: string }): Promise<PlaybookVersion>
  playbooks(environment: string, page: Page): Promise<Paged<PlaybookVersion>>
  playbook(environment: string, name: string, version?: number): Promise<PlaybookVersion>
  versions(environment: string, name: string, page: Page): Promise<Paged<PlaybookVersion>>

  /** Resolves when the run is durable. */
  startRun(request: StartRequest): Promise<RunSummary>
  runs(environment: string, filter: RunFilter, page: Page): Promise<Paged<RunSummary>>
  /** How many runs are in each state, of one playbook when it is named; states without runs may be absent. */
  runCounts(environment: string, playbook?: string): Promise<Readonly<Partial<Record<RunState, number>>>>
  run(environment: string, id: string): Promise<RunDetail>
  steps(
    environment: string,
    id: string,
    filter: { task?: string; states?: readonly StepState[] },
    page: Page,
  ): Promise<Paged<RunStep>>
  step(environment: string, id: string, at: { task: string; item: number; step: string }): Promise<RunStepDetail>
  cancel(environment: string, id: string, by: string, reason?: string): Promise<RunSummary>
  pause(environment: string, id: string, by: string): Promise<RunSummary>
  resume(environment: string, id: string, by: string): Promise<RunSummary>
  /** A new run of the same version with the same (or other) inputs. */
  rerun(request: RerunRequest): Promise<RunSummary>
  /** Hears every committed change of the environment, or of one run. */
  follow(environment: string, runId: string | undefined, heard: (change: RunChange) => void): () => void
  /** Resolves when the run has ended. */
  ended(environment: string, id: string, signal?: AbortSignal): Promise<RunSummary>
  /** Bytes behind a reference. */
  fetch(held: Held): Promise<Json>
}
