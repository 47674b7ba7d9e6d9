// Tasks: what each needs, when it runs, for which items, and its steps.

import { compileTemplate, pointerJoin } from '@millrace/lang'
import { isObject, type Json, type JsonObject } from '@millrace/stdx'
import { filled } from './check-shape.ts'
import type { ForEachSpec, StepSpec, TaskSpec } from './document.ts'
import { type ExpressionScope, itemScope, stepScope, taskScope } from './expression-scope.ts'
import { forEachShape, taskShape } from './grammar.ts'
import { playbookLimits } from './limits.ts'
import { durationOf, poolOf, stepOf } from './parse-step.ts'
import { expressionOf, type ParseWork, templateOf } from './parse-work.ts'

export function tasksOf(work: ParseWork, written: Json | undefined): ReadonlyMap<string, TaskSpec> {
  const tasks = new Map<string, TaskSpec>()
  let steps = 0
  for (const [name, task] of Object.entries(isObject(written) ? (written as JsonObject) : {})) {
    if (tasks.size >= playbookLimits.tasksMax) break
    const spec = taskOf(work, name, task)
    tasks.set(name, spec)
    steps += spec.steps.length
    if (steps > playbookLimits.stepsMax) {
      complainSteps(work, name)
      break
    }
  }
  if (isObject(written) && tasks.size === 0) {
    work.complaints.at('/tasks', 'playbook.value_invalid', 'A playbook has at least one task.', {
      part: 'key',
      expected: 'at least one task',
      found: 'none',
    })
  }
  return tasks
}

function complainSteps(work: ParseWork, task: string): void {
  const max = playbookLimits.stepsMax
  const message = `The playbook has more than ${max} steps, counted to task \`${task}\`.`
  work.complaints.at(pointerJoin('/tasks', task), 'playbook.too_many', message, {
    part: 'key',
    expected: `at most ${max}`,
  })
}

function taskOf(work: ParseWork, name: string, written: Json): TaskSpec {
  const pointer = pointerJoin('/tasks', name)
  const given = filled(taskShape, written)
  const when = given['when'] as TaskSpec['when']
  const needs = [...new Set(work.names.tasks.get(name)?.needs)]
  if (when !== 'completed' && needs.length === 0) complainUnreachable(work, pointer, when)
  const scope = taskScope(work.names, name, when)
  const forEach = forEachOf(work, given['forEach'], `${pointer}/forEach`, scope)
  return {
    name,
    description: String(given['description'] ?? ''),
    needs,
    pool: poolOf(work, given['pool'], `${pointer}/pool`) ?? 'default',
    if: expressionOf(work, given['if'], `${pointer}/if`, scope),
    when,
    timeoutMs: given['timeout'] === undefined ? undefined : durationOf(given['timeout']),
    forEach,
    steps: stepsOf(
      work,
      given['steps'],
      `${pointer}/steps`,
      forEach === undefined ? scope : itemScope(scope, forEach.as),
    ),
  }
}

function complainUnreachable(work: ParseWork, pointer: string, when: string): void {
  const message = `With \`when: ${when}\` and no \`needs\` there is no outcome that this task could wait for.`
  work.complaints.at(`${pointer}/when`, 'playbook.unreachable', message, {
    hint: 'Say in `needs` whose outcome is meant.',
  })
}

/** Names of the platform's own that `as` would hide. */
const taken = ['inputs', 'steps', 'tasks', 'loop', 'trigger', 'run', 'env', 'error', 'output']

function forEachOf(
  work: ParseWork,
  value: Json | undefined,
  pointer: string,
  scope: ExpressionScope,
): ForEachSpec | undefined {
  if (value === undefined) return undefined
  const given = filled(forEachShape, value)
  const as = String(given['as'])
  if (taken.includes(as)) {
    work.complaints.at(`${pointer}/as`, 'playbook.name_invalid', `\`as: ${as}\` would hide \`${as}\`.`, {
      found: as,
      hint: 'Take another name.',
    })
  }
  const items = given['in']
  const { template } =
    typeof items === 'string'
      ? { template: expressionOf(work, items, `${pointer}/in`, scope) }
      : templateOf(work, items ?? [], `${pointer}/in`, scope)
  if (items !== undefined && typeof items !== 'string' && !Array.isArray(items)) {
    work.complaints.at(
      `${pointer}/in`,
      'playbook.wrong_type',
      '`forEach.in` must be a list, or an expression that yields one.',
      {
        expected: 'a list or an expression',
      },
    )
  }
  return {
    in: template ?? compileTemplate([]).template,
    as,
    concurrency: Number(given['concurrency']),
    batch: given['batch'] === undefined ? undefined : Number(given['batch']),
  }
}

function stepsOf(work: ParseWork, value: Json | undefined, pointer: string, scope: ExpressionScope): StepSpec[] {
  const specs: StepSpec[] = []
  const ids: string[] = []
  for (const [i, written] of (Array.isArray(value) ? (value as Json[]) : []).entries()) {
    if (specs.length > playbookLimits.stepsMax) break
    const spec = stepOf(work, written, `${pointer}/${i}`, stepScope(scope, [...ids]))
    if (spec.id !== '' && ids.includes(spec.id)) {
      const first = ids.indexOf(spec.id) + 1
      work.complaints.at(
        `${pointer}/${i}/id`,
        'playbook.duplicate_step',
        `The step id \`${spec.id}\` is taken by step ${first} of this task.`,
        {
          found: spec.id,
          hint: 'Rename one of them.',
        },
      )
    }
    if (spec.id !== '') ids.push(spec.id)
    specs.push(spec)
  }
  return specs
}
