// From the outline to the drawing, and from a line of the text to what it belongs to.

import { readYaml } from '@millrace/lang'
import { type Outline, outlineOf } from '@millrace/playbook'
import type { PlacedComplaint } from '../api/playbooks.ts'
import type { ShownTask } from '../graph/shown-task.ts'

/** As much of the graph as can be made out while someone types; no server is asked. */
export function readOutline(text: string): Outline {
  return outlineOf(readYaml(text))
}

/** Tasks as the graph shows them; those with complaints between their first line and the next task's are marked. */
export function shownTasks(outline: Outline, complaints: readonly PlacedComplaint[]): readonly ShownTask[] {
  const faulty = new Set(complaints.flatMap(({ line }) => placeAt(outline, line ?? 0)?.task ?? []))
  return outline.tasks.map((task) => ({ ...task, faulty: faulty.has(task.name) }))
}

/** Which task, and which of its steps, a line of the text belongs to. */
export function placeAt(outline: Outline, line: number): { task: string; step?: string } | undefined {
  const task = lastBefore(outline.tasks, line)
  if (task === undefined) return undefined
  const step = lastBefore(task.steps, line)
  return step === undefined ? { task: task.name } : { task: task.name, step: step.id }
}

/** Where a task, or one of its steps, begins. */
export function lineOf(outline: Outline, name: string, stepId?: string): number | undefined {
  const task = outline.tasks.find((candidate) => candidate.name === name)
  if (stepId === undefined) return task?.line
  return task?.steps.find(({ id }) => id === stepId)?.line ?? task?.line
}

function lastBefore<T extends { readonly line: number }>(items: readonly T[], line: number): T | undefined {
  let found: T | undefined
  for (const item of items) if (item.line <= line && (found === undefined || item.line >= found.line)) found = item
  return found
}
