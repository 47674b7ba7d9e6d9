// The run over time: a row for each task and step, thousands of them, with an overview of how much went on at once.

import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronsDownUp, ChevronsUpDown, Maximize, Minus, Plus } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { StepAddress } from '../api/run.ts'
import { plural } from '../format/number.ts'
import { IconButton } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { GanttAxis } from './gantt-axis.tsx'
import { GanttRowView, labelWidth, rowHeight } from './gantt-row.tsx'
import { type GanttRow, ganttRows, stepsByTask } from './gantt-rows.ts'
import { type Domain, pan, zoom } from './gantt-scale.ts'
import { hasEnded, type RunModel } from './run-model.ts'

interface GanttProps {
  readonly model: RunModel
  readonly chosen: { readonly task: string; readonly step?: StepAddress | undefined } | undefined
  readonly onChoose: (task: string, step?: StepAddress) => void
}

export function Gantt({ model, chosen, onChoose }: GanttProps) {
  const { run, steps } = model
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map())
  const byTask = useMemo(() => stepsByTask(steps.values()), [steps])
  const rows = useMemo(() => ganttRows(run.tasks ?? [], byTask, folds), [run.tasks, byTask, folds])
  const now = useNow(!hasEnded(run.state))
  const bounds: Domain = { from: run.createdAt, to: Math.max(run.createdAt + 20, run.endedAt ?? now) }
  const [zoomed, setZoomed] = useState<Domain>()
  const domain = zoomed ?? bounds
  const fold = (task: string, folded: boolean) => setFolds((before) => new Map(before).set(task, folded))
  const foldAll = (folded: boolean) => setFolds(new Map((run.tasks ?? []).map(({ name }) => [name, folded])))
  return (
    <section aria-label="Gantt" className="flex h-full min-h-0 flex-col bg-surface">
      <GanttAxis
        domain={domain}
        bounds={bounds}
        origin={run.createdAt}
        steps={steps}
        onDomain={setZoomed}
        tools={
          <Tools
            unfold={() => foldAll(false)}
            fold={() => foldAll(true)}
            zoomBy={(factor) => setZoomed(zoom(domain, bounds, factor, 0.5))}
            fit={() => setZoomed(undefined)}
          />
        }
      />
      <GanttRows
        rows={rows}
        domain={domain}
        now={now}
        chosen={chosen}
        onChoose={onChoose}
        onFold={fold}
        onMove={(fraction) => setZoomed(pan(domain, bounds, fraction))}
        onZoom={(factor, at) => setZoomed(zoom(domain, bounds, factor, at))}
      />
      <p className="flex h-7 shrink-0 items-center border-t border-line px-3 text-xs text-ink-3">
        {plural(steps.size, 'step')} in {plural(run.tasks?.length ?? 0, 'task')}
      </p>
    </section>
  )
}

function Tools({
  unfold,
  fold,
  zoomBy,
  fit,
}: {
  readonly unfold: () => void
  readonly fold: () => void
  readonly zoomBy: (factor: number) => void
  readonly fit: () => void
}) {
  return (
    <>
      <IconButton label="Unfold all tasks" className="size-6" onClick={unfold}>
        <ChevronsUpDown size={13} />
      </IconButton>
      <IconButton label="Fold all tasks" className="size-6" onClick={fold}>
        <ChevronsDownUp size={13} />
      </IconButton>
      <span className="mx-1 h-4 w-px bg-line" />
      <IconButton label="Longer time" className="size-6" onClick={() => zoomBy(2)}>
        <Minus size={13} />
      </IconButton>
      <IconButton label="Shorter time" className="size-6" onClick={() => zoomBy(0.5)}>
        <Plus size={13} />
      </IconButton>
      <IconButton label="Whole run" className="size-6" onClick={fit}>
        <Maximize size={12} />
      </IconButton>
    </>
  )
}

interface GanttRowsProps extends Pick<GanttProps, 'chosen' | 'onChoose'> {
  readonly rows: readonly GanttRow[]
  readonly domain: Domain
  readonly now: number
  readonly onFold: (task: string, folded: boolean) => void
  readonly onMove: (fraction: number) => void
  readonly onZoom: (factor: number, fraction: number) => void
}

function GanttRows({ rows, domain, now, chosen, onChoose, onFold, onMove, onZoom }: GanttRowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const listId = useId()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  })
  const chosenKey =
    chosen === undefined
      ? ''
      : chosen.step === undefined
        ? chosen.task
        : `${chosen.task}/${chosen.step.item}/${chosen.step.step}`
  const at = rows.findIndex(({ key }) => key === chosenKey)
  const scrolledTo = useRef('')
  useEffect(() => {
    // Only when another row is chosen: rows that arrive must not move the list.
    if (at < 0 || scrolledTo.current === chosenKey) return
    scrolledTo.current = chosenKey
    virtual.scrollToIndex(at)
  }, [at, chosenKey, virtual])
  useWheel(scroller, onMove, onZoom)
  const choose = (row: GanttRow | undefined) => {
    if (row?.kind === 'task') onChoose(row.task.name)
    if (row?.kind === 'step') onChoose(row.step.task, row.step)
  }
  const press = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
    const row = rows[at]
    if (move !== undefined) choose(rows[Math.min(rows.length - 1, Math.max(0, at + move))])
    else if (event.key === 'ArrowLeft' && row?.kind === 'task') onFold(row.task.name, true)
    else if (event.key === 'ArrowRight' && row?.kind === 'task') onFold(row.task.name, false)
    else return
    event.preventDefault()
  }
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label="Tasks and steps over time"
      aria-activedescendant={at < 0 ? undefined : `${listId}-${at}`}
      tabIndex={0}
      onKeyDown={press}
      className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto -outline-offset-2 [scrollbar-gutter:stable]"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          return row === undefined ? null : (
            <GanttRowView
              key={row.key}
              id={`${listId}-${item.index}`}
              row={row}
              domain={domain}
              now={now}
              chosen={item.index === at}
              top={item.start}
              onChoose={() => choose(row)}
              onFold={onFold}
            />
          )
        })}
      </div>
    </div>
  )
}

/** Ctrl and the wheel zoom, the wheel sideways moves; otherwise the list scrolls. */
function useWheel(
  scroller: React.RefObject<HTMLDivElement | null>,
  onMove: (fraction: number) => void,
  onZoom: (factor: number, fraction: number) => void,
): void {
  const latest = useRef({ onMove, onZoom })
  useEffect(() => {
    latest.current = { onMove, onZoom }
  })
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const turn = (event: WheelEvent) => {
      const width = element.clientWidth - labelWidth
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (!event.ctrlKey && !event.metaKey && !sideways) return
      event.preventDefault()
      if (sideways) latest.current.onMove(event.deltaX / width)
      else {
        const x = event.clientX - element.getBoundingClientRect().left - labelWidth
        latest.current.onZoom(event.deltaY > 0 ? 1.25 : 0.8, Math.min(1, Math.max(0, x / width)))
      }
    }
    element.addEventListener('wheel', turn, { passive: false })
    return () => element.removeEventListener('wheel', turn)
  }, [scroller])
}
