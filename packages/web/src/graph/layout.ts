// Where the tasks of a graph stand: layers by `needs`, sized by what each node shows. Pure, so that drawing can be tested.

import { layout as dagre, Graph } from '@dagrejs/dagre'

export interface GraphTask {
  readonly name: string
  readonly needs: readonly string[]
  readonly when: string
  readonly forEach: boolean
  readonly steps: readonly { readonly id: string; readonly plugin: string }[]
}

export type Direction = 'down' | 'right'

export interface Placed {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Layout {
  readonly nodes: ReadonlyMap<string, Placed>
  readonly edges: readonly { readonly from: string; readonly to: string; readonly when: string }[]
}

export const nodeWidth = 224
export const stepsShownMax = 6
const headerHeight = 34
const stepHeight = 24
const progressHeight = 24
const padding = 6

export function nodeHeight(task: GraphTask): number {
  const rows = Math.min(task.steps.length, stepsShownMax) + (task.steps.length > stepsShownMax ? 1 : 0)
  return headerHeight + rows * stepHeight + (task.forEach ? progressHeight : 0) + (rows > 0 ? padding : 0)
}

/** Unknown names in `needs` draw no edge; circles are drawn, so that one sees them. */
export function layoutGraph(tasks: readonly GraphTask[], direction: Direction): Layout {
  const graph = new Graph()
  graph.setGraph({
    rankdir: direction === 'down' ? 'TB' : 'LR',
    nodesep: 28,
    ranksep: direction === 'down' ? 40 : 56,
    marginx: 8,
    marginy: 8,
    acyclicer: 'greedy',
  })
  graph.setDefaultEdgeLabel(() => ({}))
  const names = new Set(tasks.map(({ name }) => name))
  for (const task of tasks) graph.setNode(task.name, { width: nodeWidth, height: nodeHeight(task) })
  const edges = tasks.flatMap((task) =>
    [...new Set(task.needs)]
      .filter((need) => names.has(need) && need !== task.name)
      .map((need) => ({ from: need, to: task.name, when: task.when })),
  )
  for (const { from, to } of edges) graph.setEdge(from, to)
  dagre(graph)
  const nodes = new Map<string, Placed>()
  for (const task of tasks) {
    const { x = 0, y = 0, width = nodeWidth, height = 0 } = graph.node(task.name)
    nodes.set(task.name, { x: x - width / 2, y: y - height / 2, width, height })
  }
  return { nodes, edges }
}

/** Wide panes read left to right, tall ones downwards. */
export function directionFor(width: number, height: number): Direction {
  return width > height * 1.5 ? 'right' : 'down'
}

/** Changes only when the drawing must: not when a state does. Holds all that the layout needs. */
export function graphSignature(tasks: readonly GraphTask[]): string {
  return JSON.stringify(
    tasks.map(({ name, needs, when, forEach, steps }) => ({ name, needs, when, forEach, steps })),
    ['name', 'needs', 'when', 'forEach', 'steps', 'id', 'plugin'],
  )
}

/** The layout of the tasks that a signature was made of. */
export function layoutOf(signature: string, direction: Direction): Layout {
  return layoutGraph(JSON.parse(signature), direction)
}
