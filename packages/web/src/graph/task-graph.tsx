// The graph of a playbook or of a run: tasks as cards, needs as lines, states as they change.

import {
  BaseEdge,
  type Edge,
  type EdgeProps,
  getSmoothStepPath,
  type Node,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import './task-graph.css'
import { Maximize, Minus, Plus } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { type Direction, directionFor, graphSignature, type Layout, layoutOf } from './layout.ts'
import type { ShownTask, TaskGraphProps } from './shown-task.ts'
import { TaskNode } from './task-node.tsx'

const nodeTypes = { task: TaskNode }
const edgeTypes = { need: NeedEdge }

export function TaskGraph(props: TaskGraphProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  )
}

function Drawing({ label, tasks, chosen, onChoose }: TaskGraphProps) {
  const frame = useRef<HTMLDivElement>(null)
  const flow = useReactFlow()
  const direction = useDirection(frame)
  const signature = graphSignature(tasks)
  const layout = useMemo(() => layoutOf(signature, direction), [signature, direction])
  const nodes = useMemo(
    () => toNodes(tasks, layout, direction, chosen, onChoose),
    [tasks, layout, direction, chosen, onChoose],
  )
  const edges = useMemo(() => toEdges(tasks, layout), [tasks, layout])
  // fitted anew when the drawing changes, not when the reader has moved it
  useEffect(() => {
    if (layout.nodes.size === 0) return
    const fit = () => void flow.fitView({ padding: 0.08, maxZoom: 1, minZoom: 0.2 })
    const handle = requestAnimationFrame(fit)
    const observer = new ResizeObserver(fit)
    if (frame.current !== null) observer.observe(frame.current)
    return () => {
      cancelAnimationFrame(handle)
      observer.disconnect()
    }
  }, [flow, layout])
  return (
    <section ref={frame} aria-label={label} className="relative h-full min-h-0 w-full bg-sunken">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        panOnScroll={false}
        preventScrolling={false}
        zoomOnDoubleClick={false}
        minZoom={0.1}
        maxZoom={1.6}
        proOptions={{ hideAttribution: true }}
      />
      <div className="absolute right-2 bottom-2 flex rounded-md border border-line bg-surface">
        <IconButton label="Zoom out" className="size-7" onClick={() => void flow.zoomOut()}>
          <Minus size={14} />
        </IconButton>
        <IconButton
          label="Fit the graph"
          className="size-7"
          onClick={() => void flow.fitView({ padding: 0.08, maxZoom: 1 })}
        >
          <Maximize size={13} />
        </IconButton>
        <IconButton label="Zoom in" className="size-7" onClick={() => void flow.zoomIn()}>
          <Plus size={14} />
        </IconButton>
      </div>
    </section>
  )
}

function useDirection(frame: React.RefObject<HTMLDivElement | null>): Direction {
  const [direction, setDirection] = useState<Direction>('down')
  useEffect(() => {
    if (frame.current === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setDirection(directionFor(entry.contentRect.width, entry.contentRect.height))
    })
    observer.observe(frame.current)
    return () => observer.disconnect()
  }, [frame])
  return direction
}

function toNodes(
  tasks: readonly ShownTask[],
  layout: Layout,
  direction: Direction,
  chosen: TaskGraphProps['chosen'],
  onChoose: TaskGraphProps['onChoose'],
): Node[] {
  return tasks.flatMap((task) => {
    const place = layout.nodes.get(task.name)
    if (place === undefined) return []
    const chosenHere = chosen?.task === task.name
    return [
      {
        id: task.name,
        type: 'task',
        position: { x: place.x, y: place.y },
        width: place.width,
        height: place.height,
        sourcePosition: direction === 'down' ? Position.Bottom : Position.Right,
        targetPosition: direction === 'down' ? Position.Top : Position.Left,
        data: { task, chosen: chosenHere, step: chosenHere ? chosen.step : undefined, onChoose },
      },
    ]
  })
}

function toEdges(tasks: readonly ShownTask[], layout: Layout): Edge[] {
  const states = new Map(tasks.map((task) => [task.name, task.state]))
  return layout.edges.map(({ from, to, when }) => ({
    id: `${from}→${to}`,
    source: from,
    target: to,
    type: 'need',
    data: { when, flows: states.get(to) === 'running', done: states.get(to) === 'completed' },
    ariaLabel: `${to} needs ${from}`,
  }))
}

function NeedEdge({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data }: EdgeProps) {
  const [path] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    borderRadius: 10,
  })
  const failed = data?.['when'] === 'failed'
  const kind = failed
    ? 'need-failed'
    : data?.['flows'] === true
      ? 'need-flows'
      : data?.['done'] === true
        ? 'need-done'
        : 'need'
  return <BaseEdge path={path} className={kind} />
}
