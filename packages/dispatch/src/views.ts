// What screens see of a folded run: its tasks, its steps page by page, one step with all its attempts.

import {
  callSpanId,
  type Fact,
  type FactOf,
  type Held,
  type Run,
  type StepRun,
  stepOf,
  stepOutput,
  type TaskRun,
} from '@millrace/playbook'
import type { Json } from '@millrace/stdx'
import type { Page, Paged, RunStep, RunStepDetail, RunTask, StepState } from './contract.ts'
import { dispatchErrors } from './errors.ts'
import { dispatchLimits } from './limits.ts'
import { cursorRead, cursorWrite, limitOf } from './page.ts'

export function tasksOf(run: Run): RunTask[] {
  return [...run.tasks.values()].map((task) => ({
    name: task.spec.name,
    state: task.phase,
    needs: task.spec.needs,
    when: task.spec.when,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
    items: itemsOf(task),
    steps: task.spec.steps.map((step) => ({ id: step.id, plugin: step.plugin })),
    error: task.error,
  }))
}

function itemsOf(task: TaskRun): RunTask['items'] {
  if (task.spec.forEach === undefined) return undefined
  return { total: Math.max(task.count ?? 0, 0), completed: task.completed, failed: task.failed, running: task.active }
}

/** Steps in the order of tasks, items and steps; those that have begun. */
export function stepsOf(
  run: Run,
  filter: { task?: string; states?: readonly StepState[] },
  page: Page,
): Paged<RunStep> {
  const limit = limitOf(page)
  const [taskFrom, itemFrom, stepFrom] = (cursorRead(page.cursor) ?? '0/0/0').split('/').map(Number) as [
    number,
    number,
    number,
  ]
  const items: RunStep[] = []
  const tasks = [...run.tasks.values()]
  for (let t = taskFrom; t < tasks.length; t++) {
    const task = tasks[t] as TaskRun
    if (filter.task !== undefined && task.spec.name !== filter.task) continue
    for (let i = t === taskFrom ? itemFrom : 0; i < task.items.length; i++) {
      const item = task.items[i]
      for (let s = t === taskFrom && i === itemFrom ? stepFrom : 0; s < (item?.steps.length ?? 0); s++) {
        const step = item?.steps[s]
        if (step === undefined || (filter.states !== undefined && !filter.states.includes(step.phase))) continue
        if (items.length === limit) return { items, next: cursorWrite(`${t}/${i}/${s}`) }
        items.push(runStep(run, task, item?.index ?? -1, step))
      }
    }
  }
  return { items, next: undefined }
}

export function runStep(run: Run, task: TaskRun, item: number, step: StepRun): RunStep {
  const at = { task: task.spec.name, item, step: step.spec.id, round: step.round, attempt: Math.max(step.attempt, 1) }
  return {
    ...at,
    plugin: step.spec.plugin,
    state: step.phase,
    startedAt: step.begunAt ?? step.scheduledAt,
    endedAt: step.endedAt,
    worker: step.worker,
    error: step.error,
    spanId: callSpanId(run.id, at),
  }
}

type Attempt = RunStepDetail['attempts'][number]

/** One step with its history; `facts` are the run's, in order. */
export async function stepDetail(
  run: Run,
  facts: readonly Fact[],
  at: { task: string; item: number; step: string },
  fetch: (held: Held) => Promise<Json>,
): Promise<RunStepDetail> {
  const task = run.tasks.get(at.task)
  const step = task === undefined ? undefined : stepOf(run, at)
  if (task === undefined || step === undefined) {
    throw dispatchErrors.step_not_found(
      `Run ${run.id} has no step ${at.step} in task ${at.task}${at.item < 0 ? '' : ` item ${at.item}`} that has begun.`,
    )
  }
  const own = facts.filter(
    (fact): fact is StepFact =>
      fact.type.startsWith('step.') &&
      'step' in fact &&
      fact.step === at.step &&
      fact.task === at.task &&
      fact.item === at.item,
  )
  const scheduled = own.findLast((fact): fact is FactOf<'step.scheduled'> => fact.type === 'step.scheduled')
  const outputs = new Map<Held, Json>()
  for (const held of step.pages ?? (step.output === undefined ? [] : [step.output]))
    outputs.set(held, await fetch(held))
  const output = shown(stepOutput(step, (held) => outputs.get(held) ?? null))
  const input = shown(scheduled === undefined ? undefined : await fetch(scheduled.with))
  return {
    ...runStep(run, task, at.item, step),
    input: input.value,
    output: output.value,
    truncated: input.cut || output.cut,
    attempts: attemptsOf(own),
  }
}

type StepFact = Exclude<Extract<Fact, { type: `step.${string}` }>, { type: 'step.skipped' }>

function attemptsOf(facts: readonly StepFact[]): readonly Attempt[] {
  const attempts = new Map<string, Attempt>()
  for (const fact of facts) {
    if (fact.attempt === undefined) continue
    const key = `${fact.round}/${fact.attempt}/${fact.fence}`
    const known = attempts.get(key)
    const ended = fact.type === 'step.completed' || fact.type === 'step.failed'
    attempts.set(key, {
      round: fact.round,
      attempt: fact.attempt,
      fence: fact.fence,
      startedAt: ended ? fact.startedAt : (known?.startedAt ?? fact.at),
      endedAt: ended || fact.type === 'step.cancelled' ? fact.at : undefined,
      worker: 'worker' in fact ? fact.worker : known?.worker,
      error: fact.type === 'step.failed' ? fact.error : undefined,
    })
  }
  return [...attempts.values()]
}

/** A value too large for a screen becomes the beginning of its text. */
function shown(value: Json | undefined): { value: Json | undefined; cut: boolean } {
  if (value === undefined) return { value, cut: false }
  const text = JSON.stringify(value)
  if (text.length <= dispatchLimits.shownBytesMax) return { value, cut: false }
  return { value: `${text.slice(0, dispatchLimits.shownBytesMax)}…`, cut: true }
}
