// As much of the graph as can be made out of a text that may be half typed.

import { pointerJoin, type Source } from '@millrace/lang'
import { isObject } from '@millrace/stdx'
import { playbookLimits } from './limits.ts'
import type { Outline } from './parsed.ts'

export function outlineOf(source: Source): Outline {
  const document = mapping(source.value ?? source.partial)
  const name = mapping(document['metadata'])['name']
  const tasks = Object.entries(mapping(document['tasks'])).slice(0, playbookLimits.tasksMax)
  return {
    name: typeof name === 'string' ? name : undefined,
    tasks: tasks.map(([task, written]) => taskOutline(task, mapping(written), source)),
  }
}

function taskOutline(name: string, task: Record<string, unknown>, source: Source): Outline['tasks'][number] {
  const pointer = pointerJoin('/tasks', name)
  const steps = Array.isArray(task['steps']) ? task['steps'] : []
  return {
    name,
    line: source.place(pointer, 'key').line,
    needs: (Array.isArray(task['needs']) ? task['needs'] : []).filter((need) => typeof need === 'string'),
    when: typeof task['when'] === 'string' ? task['when'] : 'completed',
    forEach: task['forEach'] !== undefined,
    steps: steps.slice(0, playbookLimits.stepsMax).map((step: unknown, i) => ({
      id: text(mapping(step)['id']),
      plugin: text(mapping(step)['plugin']),
      line: source.place(`${pointer}/steps/${i}`).line,
    })),
  }
}

function mapping(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
