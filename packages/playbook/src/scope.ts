// What an expression can see from where it stands. Only what it names is built: a task of 10,000 items costs nothing to
// the expressions that do not speak of it.

import type { ExpressionUses, Template } from '@millrace/lang'
import type { Json } from '@millrace/stdx'
import type { Held, RunError } from './fact.ts'
import { type ItemRun, isTaskEnded, type Run, type StepRun, type TaskRun } from './run-state.ts'
import type { Ask, Viewpoint } from './turn.ts'

export type Load = (held: Held) => Json

/** References that must be fetched before the ask can be answered. */
export function referencesOf(run: Run, ask: Extract<Ask, { kind: 'evaluate' }>): readonly string[] {
  const names = new Set<string>()
  const note: Load = (held) => {
    if ('blob' in held) names.add(held.blob)
    return 'value' in held ? held.value : null
  }
  scopeOf(run, ask, note, true)
  return [...names]
}

/** The scope of an ask. `eager` touches everything it could yield, to learn which references it needs. */
export function scopeOf(
  run: Run,
  ask: { readonly template: Template; readonly from: Viewpoint },
  load: Load,
  eager = false,
): Record<string, unknown> {
  const { uses } = ask.template
  const reads = (root: string) => uses.roots.has(root) || uses.roots.has('*')
  const { task, item, output, error } = ask.from
  const scope: Record<string, unknown> = {}
  if (reads('inputs')) scope['inputs'] = run.inputs
  if (reads('env')) scope['env'] = run.env
  if (reads('trigger')) scope['trigger'] = { payload: null, name: null, ...run.trigger }
  if (reads('run')) scope['run'] = aboutRun(run)
  if (reads('tasks')) scope['tasks'] = tasksScope(run, uses, load, eager)
  if (reads('steps') && item !== undefined)
    scope['steps'] = stepsScope(item.steps, uses.members.get('steps'), load, eager)
  if (task?.spec.forEach !== undefined && item !== undefined) {
    if (reads(task.spec.forEach.as)) scope[task.spec.forEach.as] = task.itemValues?.[item.index]
    if (reads('loop')) scope['loop'] = { index: item.index, count: task.count ?? 0 }
  }
  if (output !== undefined && reads('output')) scope['output'] = load(output)
  if (reads('error')) {
    const known = error ?? (task === undefined ? undefined : causeOf(run, task))
    if (known !== undefined) scope['error'] = errorScope(known)
  }
  return scope
}

function aboutRun(run: Run): Json {
  return {
    id: run.id,
    attempt: 1,
    startedAt: new Date(run.createdAt).toISOString(),
    playbook: run.playbook.name,
    version: run.version,
    by: run.by,
  }
}

function errorScope(error: RunError): Json {
  return {
    code: error.code,
    message: error.message,
    retryable: error.retryable,
    details: error.details ?? {},
    task: error.task ?? null,
    step: error.step ?? null,
  }
}

/** The error that led here: of a task it needs, or of what that one was waiting for. */
function causeOf(run: Run, task: TaskRun): RunError | undefined {
  for (const name of task.spec.needs) {
    const need = run.tasks.get(name)
    if (need === undefined) continue
    if (need.error !== undefined) return need.error
    if (need.phase === 'skipped' && need.skipReason === 'needs') {
      const cause = causeOf(run, need)
      if (cause !== undefined) return cause
    }
  }
  return undefined
}

function tasksScope(run: Run, uses: ExpressionUses, load: Load, eager: boolean): Record<string, unknown> {
  const named = uses.members.get('tasks')
  const scope: Record<string, unknown> = {}
  for (const [name, task] of run.tasks) {
    if ((named !== undefined && !named.has(name)) || !isTaskEnded(task)) continue
    scope[name] = taskScope(task, load, eager)
  }
  return scope
}

function taskScope(task: TaskRun, load: Load, eager: boolean): Record<string, unknown> {
  const scope: Record<string, unknown> = { state: task.phase }
  if (task.error !== undefined) scope['error'] = errorScope(task.error)
  lazily(scope, 'output', () => taskOutput(task, load), eager)
  if (task.count === undefined || task.count < 0) {
    lazily(scope, 'steps', () => stepsScope(task.items[0]?.steps ?? [], undefined, load, eager), eager)
  }
  return scope
}

function lazily(target: Record<string, unknown>, key: string, make: () => unknown, eager: boolean): void {
  if (eager) make()
  Object.defineProperty(target, key, { enumerable: true, configurable: true, get: make })
}

/**
 * A task's output is its last step's; of a `forEach`, the outputs of its items in order. With `batch`, batches whose
 * outputs are arrays are joined, so that batching does not show in the result.
 */
export function taskOutput(task: TaskRun, load: Load): Json | undefined {
  if (task.phase !== 'completed') return undefined
  if (task.count === undefined || task.count < 0) return itemOutput(task.items[0], load)
  const outputs = task.items.map((item) => itemOutput(item, load) ?? null)
  if (task.spec.forEach?.batch !== undefined && outputs.every((output) => Array.isArray(output))) return outputs.flat(1)
  return outputs
}

function itemOutput(item: ItemRun | undefined, load: Load): Json | undefined {
  for (let i = (item?.steps.length ?? 0) - 1; i >= 0; i--) {
    const step = item?.steps[i]
    if (step !== undefined && step.phase !== 'skipped') return stepOutput(step, load)
  }
  return undefined
}

export function stepOutput(step: StepRun, load: Load): Json | undefined {
  if (step.phase !== 'completed') return undefined
  if (step.pages === undefined) return step.output === undefined ? undefined : load(step.output)
  const pages = step.pages.map(load)
  return step.spec.paginate?.collect === undefined ? pages : pages.flat(1)
}

function stepsScope(
  steps: readonly (StepRun | undefined)[],
  named: ReadonlySet<string> | undefined,
  load: Load,
  eager: boolean,
): Record<string, unknown> {
  const scope: Record<string, unknown> = {}
  for (const step of steps) {
    if (step === undefined || (named !== undefined && !named.has(step.spec.id))) continue
    const entry: Record<string, unknown> = { state: step.phase }
    if (step.error !== undefined) entry['error'] = errorScope(step.error)
    if (step.phase === 'completed') lazily(entry, 'output', () => stepOutput(step, load), eager)
    scope[step.spec.id] = entry
  }
  return scope
}
