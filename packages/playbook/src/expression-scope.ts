// Which names an expression may use, by where it stands, and what to say about one that cannot exist there.
//
//   everywhere in tasks   inputs  tasks (those behind `needs`)  trigger  run  env
//   in steps              + steps (earlier ones of the task), with `forEach` + item (or its `as` name), loop
//   `when: failed|always` + error
//   retry.when            + error      repeat.until, paginate.*  + output

import type { Mention } from '@millrace/lang'
import { nearest } from '@millrace/stdx'
import type { ComplaintMore, Complaints, Span } from './complaints.ts'

export interface TaskNames {
  readonly needs: readonly string[]
  readonly steps: readonly string[]
  readonly forEach: boolean
}

export interface ExpressionScope {
  readonly roots: readonly string[]
  readonly inputs: ReadonlySet<string>
  /** Steps whose outputs can be read here. */
  readonly steps: readonly string[]
  /** All steps of this task, for better words about those that come later. */
  readonly ownSteps: readonly string[]
  /** Tasks that have ended when this is evaluated. */
  readonly ended: ReadonlySet<string>
  readonly tasks: ReadonlyMap<string, TaskNames>
}

export interface DocumentNames {
  readonly inputs: ReadonlySet<string>
  readonly tasks: ReadonlyMap<string, TaskNames>
  /** By task, all tasks that have ended when it starts. */
  readonly ancestors: ReadonlyMap<string, ReadonlySet<string>>
}

/** Where a whole run is looked at: every task has ended. */
export function runScope(names: DocumentNames): ExpressionScope {
  return {
    roots: ['inputs', 'tasks', 'trigger', 'run', 'env'],
    inputs: names.inputs,
    steps: [],
    ownSteps: [],
    ended: new Set(names.tasks.keys()),
    tasks: names.tasks,
  }
}

/** Before a run starts. */
export function startScope(names: DocumentNames): ExpressionScope {
  return { ...runScope(names), roots: ['inputs', 'trigger', 'env'], ended: new Set() }
}

export function taskScope(names: DocumentNames, task: string, when: string): ExpressionScope {
  const scope = {
    ...runScope(names),
    ownSteps: names.tasks.get(task)?.steps ?? [],
    ended: names.ancestors.get(task) ?? new Set<string>(),
  }
  return when === 'completed' ? scope : withRoots(scope, 'error')
}

/** In the steps of a task with `forEach`. */
export function itemScope(scope: ExpressionScope, as: string): ExpressionScope {
  return withRoots(scope, as, 'loop')
}

export function stepScope(scope: ExpressionScope, earlier: readonly string[]): ExpressionScope {
  return { ...withRoots(scope, 'steps'), steps: earlier }
}

export function withRoots(scope: ExpressionScope, ...roots: readonly string[]): ExpressionScope {
  return { ...scope, roots: [...new Set([...scope.roots, ...roots])] }
}

/** What is below roots whose shape is known. */
export const knownParts: Readonly<Record<string, readonly string[]>> = {
  loop: ['index', 'count'],
  run: ['id', 'attempt', 'startedAt', 'playbook', 'version', 'by'],
  error: ['code', 'message', 'retryable', 'details', 'task', 'step'],
  trigger: ['kind', 'name', 'payload'],
}
export const stepParts = ['output', 'error', 'state']
export const taskParts = ['output', 'steps', 'error', 'state']

interface Trouble extends ComplaintMore {
  readonly code: string
  readonly message: string
  /** Which name of the path is wrong. */
  readonly at: number
}

export function checkMentions(mentions: readonly Mention[], scope: ExpressionScope, complaints: Complaints): void {
  for (const mention of mentions) {
    const trouble = troubleOf(mention.path, scope)
    if (trouble === undefined) continue
    const { at, code, message, ...more } = trouble
    complaints.inside(mention.pointer, spanOf(mention, at), code, message, more)
  }
}

/** The characters of one name of a path; of all of it when white space or quotes make that unsure. */
function spanOf(mention: Mention, at: number): Span {
  if (mention.path.join('.').length !== mention.length) return mention
  const before = mention.path.slice(0, at).reduce((sum, name) => sum + name.length + 1, 0)
  return { offset: mention.offset + before, length: mention.path[at]?.length ?? 1 }
}

function troubleOf(path: readonly string[], scope: ExpressionScope): Trouble | undefined {
  const [root = '', second, third, fourth, fifth] = path
  if (!scope.roots.includes(root)) return unknownRoot(root, second, scope)
  if (second === undefined) return undefined
  if (root === 'inputs') return scope.inputs.has(second) ? undefined : unknownInput(second, scope)
  if (root === 'steps')
    return scope.steps.includes(second) ? partOf(third, 2, stepParts, path) : unknownStep(second, scope)
  if (root === 'tasks') {
    const task = scope.tasks.get(second)
    if (task === undefined) return unknownTask(second, scope)
    if (!scope.ended.has(second)) return notNeeded(second)
    const trouble = partOf(third, 2, taskParts, path)
    if (trouble !== undefined || third !== 'steps') return trouble
    return stepOfTask(second, task, fourth) ?? partOf(fifth, 4, stepParts, path)
  }
  return partOf(second, 1, knownParts[root], path)
}

function partOf(
  name: string | undefined,
  at: number,
  names: readonly string[] | undefined,
  path: readonly string[],
): Trouble | undefined {
  if (name === undefined || names === undefined || names.includes(name)) return undefined
  const owner = path.slice(0, at).join('.')
  return {
    at,
    code: 'lang.expression_name',
    message: `\`${owner}\` has no \`${name}\`.`,
    found: name,
    ...among(name, names),
  }
}

function unknownRoot(root: string, second: string | undefined, scope: ExpressionScope): Trouble {
  const base = { at: 0, code: 'lang.expression_name', found: root, expected: oneOf(scope.roots) }
  if (root === 'secrets' || root === 'secret') {
    return {
      ...base,
      message: 'Secrets are not values in expressions.',
      hint: `Write \`{ secret: ${second ?? 'name'} }\` where the plugin takes one.`,
    }
  }
  const elsewhere = places[root]
  if (elsewhere !== undefined) {
    return { ...base, message: `\`${root}\` does not exist here: it exists ${elsewhere}.` }
  }
  const hint = homeOf(root, scope) ?? among(root, scope.roots).hint
  return { ...base, message: `\`${root}\` does not exist here.`, ...(hint === undefined ? {} : { hint }) }
}

/** Where the roots that are not everywhere can be used. */
const places: Readonly<Record<string, string>> = {
  item: 'in the steps of a task with `forEach` (under the name that `as` gives)',
  loop: 'in the steps of a task with `forEach`',
  steps: 'in the steps of a task; elsewhere use `tasks.<task>.output`',
  error: 'in `retry.when`, and in tasks with `when: failed` or `when: always`',
  output: 'in `repeat.until`, `paginate.next` and `paginate.collect`; elsewhere use `steps.<id>.output`',
  tasks: 'in tasks and in `outputs`',
  run: 'in tasks and in `outputs`',
}

/** A bare name that is one of the playbook's own: `feed` → `inputs.feed`. */
function homeOf(name: string, scope: ExpressionScope): string | undefined {
  if (scope.inputs.has(name)) return `Did you mean \`inputs.${name}\`?`
  if (scope.steps.includes(name)) return `Did you mean \`steps.${name}.output\`?`
  return scope.ended.has(name) && scope.roots.includes('tasks') ? `Did you mean \`tasks.${name}.output\`?` : undefined
}

function unknownInput(name: string, scope: ExpressionScope): Trouble {
  const message = `There is no input \`${name}\`.`
  const more = among(name, [...scope.inputs])
  return { at: 1, code: 'playbook.unknown_input', message, found: name, hint: 'Declare it under `inputs`.', ...more }
}

function unknownStep(name: string, scope: ExpressionScope): Trouble {
  const base = { at: 1, code: 'playbook.unknown_step', found: name }
  if (scope.ownSteps.includes(name)) {
    const message = `Step \`${name}\` has not run yet at this point.`
    return { ...base, message, hint: 'Only earlier steps of the same task can be read.' }
  }
  const owner = [...scope.tasks].find(([, task]) => task.steps.includes(name))?.[0]
  const message = `This task has no earlier step \`${name}\`.`
  if (owner === undefined) return { ...base, message, ...among(name, scope.steps) }
  return {
    ...base,
    message,
    hint: `\`${name}\` is a step of task \`${owner}\`: \`tasks.${owner}.steps.${name}.output\`.`,
  }
}

function unknownTask(name: string, scope: ExpressionScope): Trouble {
  const message = `There is no task \`${name}\`.`
  return { at: 1, code: 'playbook.unknown_task', message, found: name, ...among(name, [...scope.tasks.keys()]) }
}

function notNeeded(name: string): Trouble {
  return {
    at: 1,
    code: 'playbook.not_needed',
    message: `Task \`${name}\` need not have ended when this is read.`,
    found: name,
    hint: `Add \`${name}\` to \`needs\`.`,
  }
}

function stepOfTask(name: string, task: TaskNames, step: string | undefined): Trouble | undefined {
  if (task.forEach) {
    const message = `Task \`${name}\` runs its steps once for each item; \`tasks.${name}.output\` is the list of their outputs.`
    return { at: 2, code: 'lang.expression_name', message, found: 'steps', hint: `Use \`tasks.${name}.output\`.` }
  }
  if (step === undefined || task.steps.includes(step)) return undefined
  const message = `Task \`${name}\` has no step \`${step}\`.`
  return { at: 3, code: 'playbook.unknown_step', message, found: step, ...among(step, task.steps) }
}

function among(name: string, names: readonly string[]): { expected?: string; hint?: string } {
  if (names.length === 0) return {}
  const meant = nearest(name, names)
  return { expected: oneOf(names), ...(meant === undefined ? {} : { hint: `Did you mean \`${meant}\`?` }) }
}

function oneOf(names: readonly string[]): string {
  const listed = names.slice(0, 20).map((name) => `\`${name}\``)
  return `one of ${listed.join(', ')}${names.length > 20 ? ', …' : ''}`
}
