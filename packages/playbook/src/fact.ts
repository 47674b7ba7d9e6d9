// What happened in a run, in order. A run's state is the fold of its facts and nothing else.

import type { Json, JsonObject } from '@millrace/stdx'

/** An output, kept here when small and in blob by reference when not. */
export type Held = { readonly value: Json } | { readonly blob: string; readonly bytes: number }

/** Which call of which plugin: item −1 outside `forEach`; round counts pages and repeats from 0. */
export interface StepAddress {
  readonly task: string
  readonly item: number
  readonly step: string
  readonly round: number
  /** 1, 2, 3…: retries. */
  readonly attempt: number
  /** 1, 2, 3…: how often this attempt was handed out; only the answer to the latest is accepted. */
  readonly fence: number
}

export interface RunError {
  /** `room.problem`. */
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly details?: JsonObject
  /** Where it arose, for runs and tasks. */
  readonly task?: string
  readonly step?: string
  readonly item?: number
}

export interface Trigger {
  readonly kind: 'manual' | 'webhook' | 'api' | 'rerun'
  /** Name of the trigger in the playbook, where it has one. */
  readonly name?: string
  /** What came with it: `{ body, query, headers }` of a webhook. */
  readonly payload?: Json
}

interface At {
  /** Milliseconds since 1970. */
  readonly at: number
}

export type Fact = At &
  (
    | {
        readonly type: 'run.created'
        readonly playbook: string
        readonly version: number
        readonly inputs: JsonObject
        readonly trigger: Trigger
        /** Environment variables an expression may read as `env`, as they were. */
        readonly env: Readonly<Record<string, string>>
        readonly by: string
      }
    | {
        readonly type: 'run.paused' | 'run.resumed' | 'run.cancelRequested'
        readonly by: string
        readonly reason?: string
      }
    | { readonly type: 'run.completed'; readonly outputs: Held }
    | { readonly type: 'run.failed'; readonly error: RunError }
    | { readonly type: 'run.cancelled' }
    /** `items` counts items (or batches) of a `forEach`; −1 without one. */
    | { readonly type: 'task.started'; readonly task: string; readonly items: number }
    | { readonly type: 'task.skipped'; readonly task: string; readonly reason: 'if' | 'when' | 'needs' | 'cancelled' }
    | { readonly type: 'task.completed' | 'task.cancelled'; readonly task: string }
    | { readonly type: 'task.failed'; readonly task: string; readonly error: RunError }
    /** The outbox: a worker-side command follows from this fact. `with` keeps `{ secret: name }` references. */
    | (StepAddress & {
        readonly type: 'step.scheduled'
        readonly plugin: string
        readonly pool: string
        readonly with: Held
        readonly timeoutMs: number
      })
    /** Only from a worker, and only when the call lasts long enough for someone to watch. */
    | (StepAddress & { readonly type: 'step.started'; readonly worker: string })
    | (StepAddress & {
        readonly type: 'step.completed'
        readonly output: Held
        readonly startedAt: number
        readonly worker?: string
        /** Not the last round: the next page or repeat is due then, with `cursor` put where `paginate.into` says. */
        readonly more?: { readonly at: number; readonly cursor?: Json }
      })
    | (StepAddress & {
        readonly type: 'step.failed'
        readonly error: RunError
        readonly startedAt: number
        readonly worker?: string
        /** Decided with the fact: when the next attempt is due; absent, the failure is final. */
        readonly retryAt?: number
        /** Final, and the step says `onError: continue`. */
        readonly continued?: boolean
      })
    /** The same attempt handed out again because its worker fell silent; `fence` is the new one. */
    | (StepAddress & { readonly type: 'step.reissued' })
    /** The `wait` plugin: completes at `until`. */
    | (StepAddress & { readonly type: 'step.waiting'; readonly until: number })
    | {
        readonly type: 'step.skipped'
        readonly task: string
        readonly item: number
        readonly step: string
        readonly reason: 'if'
      }
    | (StepAddress & { readonly type: 'step.cancelled' })
  )

export type FactType = Fact['type']
export type FactOf<T extends FactType> = Extract<Fact, { type: T }>
