// The rows of the Gantt: a task, and under it its steps in the order they began, unless the task is folded.

import type { RunStep, RunTask } from '../api/run.ts'

export type GanttRow =
  | {
      readonly kind: 'task'
      readonly key: string
      readonly task: RunTask
      readonly folded: boolean
      readonly count: number
    }
  | { readonly kind: 'step'; readonly key: string; readonly step: RunStep }

/** More steps than this, and a task begins folded. */
export const foldedAbove = 60

export function stepsByTask(steps: Iterable<RunStep>): ReadonlyMap<string, readonly RunStep[]> {
  const byTask = new Map<string, RunStep[]>()
  for (const step of steps) {
    const list = byTask.get(step.task)
    if (list === undefined) byTask.set(step.task, [step])
    else list.push(step)
  }
  const begun = (step: RunStep) => step.startedAt ?? Number.POSITIVE_INFINITY
  for (const list of byTask.values()) list.sort((a, b) => begun(a) - begun(b) || a.item - b.item)
  return byTask
}

/** `folds`: what the reader chose; otherwise size decides. */
export function ganttRows(
  tasks: readonly RunTask[],
  byTask: ReadonlyMap<string, readonly RunStep[]>,
  folds: ReadonlyMap<string, boolean>,
): readonly GanttRow[] {
  return tasks.flatMap((task): readonly GanttRow[] => {
    const steps = byTask.get(task.name) ?? []
    const folded = folds.get(task.name) ?? steps.length > foldedAbove
    const head: GanttRow = { kind: 'task', key: task.name, task, folded, count: steps.length }
    if (folded) return [head]
    return [
      head,
      ...steps.map((step): GanttRow => ({ kind: 'step', key: `${step.task}/${step.item}/${step.step}`, step })),
    ]
  })
}

/** `energy`, or `energy 17` for the 17th item; items are counted from 0 as `loop.index` is. */
export function stepLabel(step: { readonly step: string; readonly item: number }): string {
  return step.item < 0 ? step.step : `${step.step} ${step.item}`
}
