// From a run to its drawing: each task with its state, each of its steps with the state that says most about its items.

import type { RunStep, StepAddress, StepState } from '../api/run.ts'
import type { ShownTask } from '../graph/shown-task.ts'
import { hasEnded, type RunModel } from './run-model.ts'

/** Over many items, what needs attention first. */
const telling: readonly StepState[] = ['failed', 'running', 'waiting', 'cancelled', 'scheduled', 'completed', 'skipped']

export function graphTasks({ run, steps }: RunModel): readonly ShownTask[] {
  const states = new Map<string, Map<string, StepState>>()
  for (const step of steps.values()) {
    const ofTask = states.get(step.task) ?? new Map<string, StepState>()
    const before = ofTask.get(step.step)
    if (before === undefined || telling.indexOf(step.state) < telling.indexOf(before)) ofTask.set(step.step, step.state)
    states.set(step.task, ofTask)
  }
  const over = hasEnded(run.state)
  return (run.tasks ?? []).map((task) => ({
    name: task.name,
    needs: task.needs,
    when: task.when,
    forEach: task.items !== null,
    steps: task.steps,
    // A run that ended left its pending tasks out.
    state: over && task.state === 'pending' ? 'skipped' : task.state,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
    items: task.items,
    stepStates: states.get(task.name) ?? new Map(),
  }))
}

/** Which item's step to open: one that failed, else one that goes on, else the first. */
export function stepToShow(steps: ReadonlyMap<string, RunStep>, task: string, step: string): StepAddress {
  let found: RunStep | undefined
  for (const candidate of steps.values()) {
    if (candidate.task !== task || candidate.step !== step) continue
    if (found === undefined || better(candidate, found)) found = candidate
  }
  return { task, step, item: found?.item ?? -1 }
}

function better(a: RunStep, b: RunStep): boolean {
  const difference = telling.indexOf(a.state) - telling.indexOf(b.state)
  return difference === 0 ? a.item < b.item : difference < 0
}
