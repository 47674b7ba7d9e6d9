// The graph of tasks: who needs whom, circles, and tasks that nothing can reach.

import { pointerJoin } from '@millrace/lang'
import { isObject, nearest } from '@millrace/stdx'
import type { Complaints } from './complaints.ts'
import type { TaskNames } from './expression-scope.ts'

export interface Graph {
  readonly tasks: ReadonlyMap<string, TaskNames>
  /** By task, all tasks that have ended when it starts. */
  readonly ancestors: ReadonlyMap<string, ReadonlySet<string>>
}

/** Reads names only, so that it can be had from a document with faults. */
export function graphOf(tasks: unknown): Graph {
  const found = new Map<string, TaskNames>()
  for (const [name, task] of Object.entries(isObject(tasks) ? tasks : {})) {
    const written = isObject(task) ? task : {}
    const steps = Array.isArray(written['steps']) ? written['steps'] : []
    found.set(name, {
      needs: texts(written['needs']),
      steps: texts(steps.map((step: unknown) => (isObject(step) ? step['id'] : undefined))),
      forEach: written['forEach'] !== undefined,
    })
  }
  return { tasks: found, ancestors: ancestorsOf(found) }
}

function texts(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value): value is string => typeof value === 'string') : []
}

/** In the order of the graph, so that each task only joins what its needs have gathered. */
function ancestorsOf(tasks: ReadonlyMap<string, { readonly needs: readonly string[] }>): Map<string, Set<string>> {
  const ancestors = new Map<string, Set<string>>()
  for (const name of inOrder(tasks)) {
    const gathered = new Set<string>()
    for (const need of tasks.get(name)?.needs ?? []) {
      if (!tasks.has(need)) continue
      gathered.add(need)
      for (const each of ancestors.get(need) ?? []) gathered.add(each)
    }
    ancestors.set(name, gathered)
  }
  return ancestors
}

/** Needs first; tasks in a circle in any order. */
function inOrder(tasks: ReadonlyMap<string, { readonly needs: readonly string[] }>): string[] {
  const order: string[] = []
  const seen = new Set<string>()
  for (const first of tasks.keys()) {
    const path = [{ name: first, next: 0 }]
    if (seen.has(first)) continue
    seen.add(first)
    while (path.length > 0) {
      const top = path.at(-1)
      if (top === undefined) break
      const need = tasks.get(top.name)?.needs[top.next++]
      if (need === undefined) {
        order.push(top.name)
        path.pop()
      } else if (tasks.has(need) && !seen.has(need)) {
        seen.add(need)
        path.push({ name: need, next: 0 })
      }
    }
  }
  return order
}

export function checkGraph(graph: Graph, complaints: Complaints): void {
  for (const [name, task] of graph.tasks) checkNeeds(name, task.needs, graph, complaints)
  for (const circle of circlesOf(graph)) {
    const first = circle[0] ?? ''
    const round = [...circle, first].join(' → ')
    const at = graph.tasks.get(first)?.needs.indexOf(circle[1] ?? first) ?? 0
    complaints.at(`${pointerJoin('/tasks', first)}/needs/${at}`, 'playbook.cycle', cycleMessage(circle, round), {
      found: round,
      hint: 'Remove one of these `needs`.',
    })
  }
}

function cycleMessage(circle: readonly string[], round: string): string {
  return circle.length === 1 ? `Task \`${circle[0]}\` needs itself.` : `Tasks need each other in a circle: ${round}.`
}

function checkNeeds(name: string, needs: readonly string[], graph: Graph, complaints: Complaints): void {
  for (const [i, need] of needs.entries()) {
    const pointer = `${pointerJoin('/tasks', name)}/needs/${i}`
    if (needs.indexOf(need) < i) {
      complaints.at(pointer, 'playbook.value_invalid', `\`${need}\` stands twice in \`needs\`.`, {
        found: need,
        hint: 'Keep one.',
      })
    }
    if (graph.tasks.has(need)) continue
    const names = [...graph.tasks.keys()].filter((each) => each !== name)
    const meant = nearest(need, names)
    complaints.at(pointer, 'playbook.unknown_task', `There is no task \`${need}\`.`, {
      found: need,
      expected: `one of ${names
        .slice(0, 20)
        .map((each) => `\`${each}\``)
        .join(', ')}`,
      ...(meant === undefined ? {} : { hint: `Did you mean \`${meant}\`?` }),
    })
  }
}

/** Circles, found one after the other: what is left when all tasks that can start are taken away leads round and round. */
function circlesOf(graph: Graph): string[][] {
  const circles: string[][] = []
  let left = withoutStartable(graph, new Set(graph.tasks.keys()))
  while (left.size > 0 && circles.length < circlesMax) {
    const circle = walkRound(graph, left)
    circles.push(circle)
    left = withoutStartable(graph, new Set([...left].filter((name) => !circle.includes(name))))
  }
  return circles
}

/** Each one costs a pass over the graph, and nobody mends more at a time. */
const circlesMax = 20

/** Takes away, again and again, the tasks that need none of the others. */
function withoutStartable(graph: Graph, names: Set<string>): Set<string> {
  const open = new Map<string, number>()
  const wanted = new Map<string, string[]>()
  const startable: string[] = []
  for (const name of names) {
    const needs = (graph.tasks.get(name)?.needs ?? []).filter((need) => names.has(need))
    open.set(name, needs.length)
    if (needs.length === 0) startable.push(name)
    for (const need of needs) push(wanted, need, name)
  }
  for (const name of startable) {
    names.delete(name)
    for (const waiting of wanted.get(name) ?? []) {
      const rest = (open.get(waiting) ?? 0) - 1
      open.set(waiting, rest)
      if (rest === 0) startable.push(waiting)
    }
  }
  return names
}

function push(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

/** Every task left needs another one left, so that following the first of them comes round. */
function walkRound(graph: Graph, left: ReadonlySet<string>): string[] {
  const way: string[] = []
  let name = [...left][0] ?? ''
  while (!way.includes(name)) {
    way.push(name)
    name = graph.tasks.get(name)?.needs.find((need) => left.has(need)) ?? name
  }
  const circle = way.slice(way.indexOf(name))
  const names = [...graph.tasks.keys()]
  const first = circle.reduce(
    (best, each, i) => (names.indexOf(each) < names.indexOf(circle[best] ?? '') ? i : best),
    0,
  )
  return [...circle.slice(first), ...circle.slice(0, first)]
}
