// One row of the Gantt: a name, and a bar from when it began to when it ended or now.

import { ChevronDown, ChevronRight } from 'lucide-react'
import { countFormat } from '../format/number.ts'
import { durationFormat } from '../format/time.ts'
import { classNames } from '../ui/class-names.ts'
import { type AnyState, StateMark, stateWord } from '../ui/state-mark.tsx'
import { type GanttRow, stepLabel } from './gantt-rows.ts'
import { type Domain, position } from './gantt-scale.ts'

export const rowHeight = 28
export const labelWidth = 190

const bars: Readonly<Record<AnyState, string>> = {
  queued: 'bg-queued',
  pending: 'bg-queued',
  scheduled: 'bg-queued',
  running: 'bg-accent',
  waiting: 'bg-waiting',
  paused: 'bg-waiting',
  completed: 'bg-completed',
  failed: 'bg-failed',
  skipped: 'bg-ink-3',
  cancelled: 'bg-cancelled',
}

interface GanttRowViewProps {
  readonly id: string
  readonly row: GanttRow
  readonly domain: Domain
  readonly now: number
  readonly chosen: boolean
  readonly top: number
  readonly onChoose: () => void
  readonly onFold: (task: string, folded: boolean) => void
}

export function GanttRowView({ id, row, domain, now, chosen, top, onChoose, onFold }: GanttRowViewProps) {
  const { state, startedAt, endedAt } = row.kind === 'task' ? row.task : row.step
  const took = startedAt === null ? '' : durationFormat((endedAt ?? now) - startedAt)
  return (
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      // the list holds the focus and its keys
      tabIndex={-1}
      onClick={onChoose}
      onKeyDown={() => {}}
      className={classNames(
        'absolute right-0 left-0 flex cursor-pointer items-center border-b border-line/60 text-xs',
        chosen ? 'bg-accent-wash' : 'hover:bg-hover',
      )}
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
    >
      <div
        className="flex h-full shrink-0 items-center gap-1.5 overflow-hidden border-r border-line pr-2 pl-1"
        style={{ width: labelWidth }}
      >
        {row.kind === 'task' ? <TaskLabel row={row} onFold={onFold} /> : <StepLabelView row={row} />}
        <span className="sr-only">, {stateWord(state)},</span>
      </div>
      <div className="relative h-full min-w-0 flex-1 overflow-hidden">
        {startedAt === null ? null : (
          <Bar
            from={startedAt}
            to={endedAt ?? now}
            domain={domain}
            state={state}
            took={took}
            thin={row.kind === 'task' && !row.folded}
          />
        )}
      </div>
    </div>
  )
}

function TaskLabel({
  row,
  onFold,
}: {
  readonly row: Extract<GanttRow, { kind: 'task' }>
  readonly onFold: GanttRowViewProps['onFold']
}) {
  const Icon = row.folded ? ChevronRight : ChevronDown
  return (
    <>
      <span
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation()
          onFold(row.task.name, !row.folded)
        }}
        className={classNames(
          'inline-flex size-5 items-center justify-center rounded-md text-ink-3 hover:bg-line',
          row.count === 0 && 'invisible',
        )}
      >
        <Icon size={13} />
      </span>
      <StateMark state={row.task.state} size={12} />
      <span className="truncate font-medium text-ink">
        <span className="sr-only">Task </span>
        {row.task.name}
      </span>
      {row.count > 1 ? <span className="numeric ml-auto font-mono text-ink-3">{countFormat(row.count)}</span> : null}
    </>
  )
}

function StepLabelView({ row }: { readonly row: Extract<GanttRow, { kind: 'step' }> }) {
  return (
    <>
      <span className="w-7 shrink-0" />
      <StateMark state={row.step.state} size={11} />
      <span className="truncate text-ink-2">
        <span className="sr-only">Step </span>
        {stepLabel(row.step)}
        <span className="sr-only"> of {row.step.task}</span>
      </span>
      {row.step.attempt > 1 ? <span className="ml-auto font-mono text-waiting">×{row.step.attempt}</span> : null}
    </>
  )
}

interface BarProps {
  readonly from: number
  readonly to: number
  readonly domain: Domain
  readonly state: AnyState
  readonly took: string
  readonly thin: boolean
}

function Bar({ from, to, domain, state, took, thin }: BarProps) {
  const start = position(domain, from)
  const end = position(domain, to)
  if (end < 0 || start > 1) return null
  const left = Math.max(0, start)
  const right = Math.min(1, end)
  return (
    <>
      <span
        className={classNames(
          'absolute rounded-[2px]',
          bars[state],
          thin ? 'top-[12px] h-1 opacity-60' : 'top-[8px] h-3',
          state === 'skipped' && 'opacity-40',
        )}
        style={{ left: `${left * 100}%`, width: `max(2px, ${(right - left) * 100}%)` }}
      />
      <BarLabel left={left} right={right} took={took} thin={thin} />
    </>
  )
}

/** Room that a label needs, as a fraction of the width. */
const labelRoom = 0.14

/** Beside the bar, where there is room; otherwise inside of it. */
function BarLabel({
  left,
  right,
  took,
  thin,
}: { readonly left: number; readonly right: number } & Pick<BarProps, 'took' | 'thin'>) {
  const place = 'numeric absolute font-mono whitespace-nowrap'
  if (right <= 1 - labelRoom) {
    return (
      <span className={classNames(place, 'top-[6px] pl-1.5 text-ink-3')} style={{ left: `max(2px, ${right * 100}%)` }}>
        {took}
      </span>
    )
  }
  if (left >= labelRoom) {
    return (
      <span className={classNames(place, 'top-[6px] pr-1.5 text-ink-3')} style={{ right: `${(1 - left) * 100}%` }}>
        {took}
      </span>
    )
  }
  return thin ? null : <span className={classNames(place, 'top-[6px] right-2 text-surface')}>{took}</span>
}
