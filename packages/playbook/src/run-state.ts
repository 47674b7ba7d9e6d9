// What a run's facts amount to. This is a cache of the fold: it can be thrown away and folded again at any time.
//
//   run    queued ─▶ running ⇄ paused ─▶ completed | failed | cancelled
//   task   pending ─▶ running ─▶ completed | failed | cancelled        pending ─▶ skipped
//   step   scheduled ─▶ running ─▶ completed | failed | cancelled      (again: waiting ─▶ scheduled)

import type { Json, JsonObject } from '@millrace/stdx'
import { invariant } from '@millrace/stdx'
import type { Playbook, StepSpec, TaskSpec } from './document.ts'
import type { FactOf, Held, RunError, StepAddress, Trigger } from './fact.ts'
import { traceIdOf } from './hash.ts'

export type RunPhase = 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled'
export type TaskPhase = 'pending' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled'
export type StepPhase = 'scheduled' | 'running' | 'waiting' | 'completed' | 'failed' | 'skipped' | 'cancelled'

export interface StepRun {
  readonly spec: StepSpec
  phase: StepPhase
  round: number
  attempt: number
  fence: number
  /** What the call was given; kept while it may have to be handed out again. */
  with: Held | undefined
  timeoutMs: number
  pool: string
  scheduledAt: number | undefined
  startedAt: number | undefined
  /** When its first call began; pages, repeats and retries come after. */
  begunAt: number | undefined
  endedAt: number | undefined
  worker: string | undefined
  /** When `waiting`: due then, to complete (`wait`), to be called again, or to be called for the next round. */
  until: number | undefined
  waitsFor: 'time' | 'retry' | 'round' | undefined
  /** What `paginate.next` said last. */
  cursor: Json | undefined
  output: Held | undefined
  /** Outputs of the pages so far, the last one included. */
  pages: Held[] | undefined
  error: RunError | undefined
}

export interface ItemRun {
  /** −1 outside `forEach`. */
  readonly index: number
  phase: 'running' | 'completed' | 'failed' | 'cancelled'
  /** Which step of the task is at work, or is next. */
  position: number
  readonly steps: (StepRun | undefined)[]
}

export interface TaskRun {
  readonly spec: TaskSpec
  phase: TaskPhase
  skipReason: FactOf<'task.skipped'>['reason'] | undefined
  startedAt: number | undefined
  endedAt: number | undefined
  /** −1 outside `forEach`; undefined before the task starts. */
  count: number | undefined
  /** How many items have been opened; they open in order. */
  opened: number
  active: number
  completed: number
  failed: number
  readonly items: ItemRun[]
  /** Items that changed since `advance` last looked. */
  readonly touched: Set<number>
  error: RunError | undefined
  /** Derived and dropped at will: what `forEach.in` yielded. */
  itemValues: readonly Json[] | undefined
}

export interface Run {
  readonly id: string
  /** 32 hex digits: the id's own bits. */
  readonly traceId: string
  readonly playbook: Playbook
  /** Facts folded so far. */
  seq: number
  phase: RunPhase
  version: number
  inputs: JsonObject
  trigger: Trigger
  env: Readonly<Record<string, string>>
  by: string
  createdAt: number
  endedAt: number | undefined
  cancelRequested: boolean
  readonly tasks: Map<string, TaskRun>
  /** Calls that are out with a worker. */
  readonly out: Set<StepRun>
  /** Steps with a due time, and where they stand. */
  readonly waiting: Map<StepRun, { readonly task: TaskRun; readonly item: ItemRun }>
  outputs: Held | undefined
  error: RunError | undefined
  steps: { total: number; completed: number; failed: number; running: number }
  /** Some output of the run is in blob; until then no expression needs fetching anything. */
  hasReferences: boolean
}

export function newRun(id: string, playbook: Playbook): Run {
  const tasks = new Map<string, TaskRun>()
  let total = 0
  for (const spec of playbook.tasks.values()) {
    tasks.set(spec.name, newTask(spec))
    if (spec.forEach === undefined) total += spec.steps.length
  }
  return {
    id,
    traceId: traceIdOf(id),
    playbook,
    seq: 0,
    phase: 'queued',
    version: 0,
    inputs: {},
    trigger: { kind: 'manual' },
    env: {},
    by: '',
    createdAt: 0,
    endedAt: undefined,
    cancelRequested: false,
    tasks,
    out: new Set(),
    waiting: new Map(),
    outputs: undefined,
    error: undefined,
    steps: { total, completed: 0, failed: 0, running: 0 },
    hasReferences: false,
  }
}

function newTask(spec: TaskSpec): TaskRun {
  return {
    spec,
    phase: 'pending',
    skipReason: undefined,
    startedAt: undefined,
    endedAt: undefined,
    count: undefined,
    opened: 0,
    active: 0,
    completed: 0,
    failed: 0,
    items: [],
    touched: new Set(),
    error: undefined,
    itemValues: undefined,
  }
}

export function newStep(spec: StepSpec): StepRun {
  return {
    spec,
    phase: 'scheduled',
    round: 0,
    attempt: 0,
    fence: 0,
    with: undefined,
    timeoutMs: spec.timeoutMs,
    pool: '',
    scheduledAt: undefined,
    startedAt: undefined,
    begunAt: undefined,
    endedAt: undefined,
    worker: undefined,
    until: undefined,
    waitsFor: undefined,
    cursor: undefined,
    output: undefined,
    pages: undefined,
    error: undefined,
  }
}

export function isEnded(run: Run): boolean {
  return run.phase === 'completed' || run.phase === 'failed' || run.phase === 'cancelled'
}

export function isTaskEnded(task: TaskRun): boolean {
  return task.phase !== 'pending' && task.phase !== 'running'
}

export function taskOf(run: Run, name: string): TaskRun {
  const task = run.tasks.get(name)
  invariant(task !== undefined, `run ${run.id} has no task ${name}`)
  return task
}

/** Items of a `forEach` are kept by index; the single one of a plain task at 0. */
export function itemOf(task: TaskRun, index: number): ItemRun | undefined {
  return task.items[Math.max(index, 0)]
}

/** The step that an address names, if it has begun. */
export function stepOf(run: Run, at: { task: string; item: number; step: string }): StepRun | undefined {
  return itemOf(taskOf(run, at.task), at.item)?.steps.find((step) => step?.spec.id === at.step)
}

/** True when this very call, and no earlier hand-out of it, is what the run waits for. */
export function isAwaited(run: Run, at: StepAddress): boolean {
  const task = run.tasks.get(at.task)
  const step = task === undefined ? undefined : stepOf(run, at)
  return (
    step !== undefined &&
    run.out.has(step) &&
    step.round === at.round &&
    step.attempt === at.attempt &&
    step.fence === at.fence
  )
}

export function addressOf(task: TaskRun, item: ItemRun, step: StepRun): StepAddress {
  return {
    task: task.spec.name,
    item: item.index,
    step: step.spec.id,
    round: step.round,
    attempt: step.attempt,
    fence: step.fence,
  }
}

/** The earliest moment at which time alone changes something, or undefined. */
export function dueAt(run: Run): number | undefined {
  if (isEnded(run)) return undefined
  let due = Number.POSITIVE_INFINITY
  if (run.phase !== 'paused') for (const step of run.waiting.keys()) due = Math.min(due, step.until ?? due)
  if (run.playbook.timeoutMs !== undefined) due = Math.min(due, run.createdAt + run.playbook.timeoutMs)
  for (const task of run.tasks.values()) {
    if (task.phase === 'running' && task.spec.timeoutMs !== undefined && task.startedAt !== undefined) {
      due = Math.min(due, task.startedAt + task.spec.timeoutMs)
    }
  }
  return Number.isFinite(due) ? due : undefined
}

/** The addresses of all calls that are out with a worker. */
export function* addressesOut(run: Run): Generator<StepAddress> {
  if (run.out.size === 0) return
  for (const task of run.tasks.values()) {
    for (const item of task.items) {
      for (const step of item?.steps ?? [])
        if (step !== undefined && run.out.has(step)) yield addressOf(task, item as ItemRun, step)
    }
  }
}
