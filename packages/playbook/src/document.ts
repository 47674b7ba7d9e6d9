// What a playbook says, after parsing: every default filled in, every duration in milliseconds, every template compiled.

import type { Template } from '@millrace/lang'
import type { JsonObject } from '@millrace/stdx'

export interface Playbook {
  readonly name: string
  readonly description: string
  readonly labels: Readonly<Record<string, string>>
  readonly inputs: ReadonlyMap<string, InputSpec>
  readonly secrets: readonly string[]
  /** Undefined: no limit but the platform's own. */
  readonly timeoutMs: number | undefined
  readonly triggers: ReadonlyMap<string, TriggerSpec>
  /** In the order of the document. */
  readonly tasks: ReadonlyMap<string, TaskSpec>
  readonly outputs: ReadonlyMap<string, Template>
  /** Features that parse and do not run yet, each as the sentence that refuses publication. */
  readonly notYet: readonly { readonly pointer: string; readonly sentence: string }[]
}

export interface InputSpec {
  readonly name: string
  readonly schema: JsonObject
  /** True when there is no default. */
  readonly required: boolean
  readonly default: unknown
}

export interface TriggerSpec {
  readonly name: string
  readonly kind: 'schedule' | 'webhook' | 'alert' | 'dataset'
  readonly detail: JsonObject
}

export interface TaskSpec {
  readonly name: string
  readonly description: string
  readonly needs: readonly string[]
  readonly pool: string
  readonly if: Template | undefined
  readonly when: 'completed' | 'failed' | 'always'
  readonly timeoutMs: number | undefined
  readonly forEach: ForEachSpec | undefined
  readonly steps: readonly StepSpec[]
}

export interface ForEachSpec {
  readonly in: Template
  readonly as: string
  readonly concurrency: number
  /** Undefined: an item at a time; otherwise the item is an array of up to this many. */
  readonly batch: number | undefined
}

export interface StepSpec {
  readonly id: string
  readonly plugin: string
  readonly pool: string | undefined
  readonly with: Template
  readonly if: Template | undefined
  readonly timeoutMs: number
  readonly retry: RetrySpec | undefined
  readonly onError: 'fail' | 'continue'
  readonly repeat: RepeatSpec | undefined
  readonly paginate: PaginateSpec | undefined
}

export interface RetrySpec {
  /** Calls in all, the first included. */
  readonly attempts: number
  readonly delayMs: number
  readonly backoff: 'constant' | 'linear' | 'exponential'
  readonly delayMaxMs: number
  readonly jitter: 'none' | 'full'
  /** Absent: what the error itself says (`error.retryable`). */
  readonly when: Template | undefined
}

/** Does the step again until the expression over `output` is true; fails with `playbook.repeat_exhausted` after `timesMax`. */
export interface RepeatSpec {
  readonly until: Template
  readonly delayMs: number
  readonly timesMax: number
}

/** Calls the step page after page; its output is the array of the pages' outputs, or of what `collect` takes from each, joined. */
export interface PaginateSpec {
  /** Over `output`; nothing, null, false or '' ends it. */
  readonly next: Template
  /** Dotted path inside `with` that receives the value, e.g. `url`, `query.cursor`. */
  readonly into: string
  readonly pagesMax: number
  readonly collect: Template | undefined
}
