// One run as a row: state, playbook, progress, trigger, when, how long.

import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import type { Run } from '../api/runs.ts'
import { countFormat } from '../format/number.ts'
import { classNames } from '../ui/class-names.ts'
import { Ago, Duration } from '../ui/clock.tsx'
import { Progress } from '../ui/progress.tsx'
import { StateBadge } from '../ui/state-mark.tsx'

/** Columns of the list: on a phone the state, the playbook and the duration. */
export const runColumns =
  'grid grid-cols-[104px_minmax(0,1fr)_64px] gap-3 md:grid-cols-[112px_minmax(160px,1.4fr)_minmax(180px,1fr)_160px_64px_88px_72px]'

export function RunRow({
  run,
  style,
  index,
  fresh = false,
}: {
  readonly run: Run
  readonly style?: CSSProperties
  readonly index?: number
  readonly fresh?: boolean
}) {
  const { steps } = run
  return (
    <div
      role="row"
      aria-rowindex={index}
      style={style}
      className={classNames(
        runColumns,
        'relative h-8 items-center border-b border-line px-3 text-sm hover:bg-hover focus-within:bg-hover',
        fresh && 'arrived',
      )}
    >
      <span role="cell">
        <StateBadge state={run.state} />
      </span>
      <span role="cell" className="flex min-w-0 items-baseline gap-2">
        <Link
          to="/runs/$id"
          params={{ id: run.id }}
          className="truncate font-medium text-ink -outline-offset-1 before:absolute before:inset-0"
          aria-label={`Run ${run.id} of ${run.playbook}`}
        >
          {run.playbook}
        </Link>
        <span className="font-mono text-xs text-ink-3">v{run.version}</span>
      </span>
      <span role="cell" className="hidden truncate font-mono text-xs text-ink-3 md:block">
        {run.error === null ? run.id : <span className="font-sans text-failed">{run.error.message}</span>}
      </span>
      <span role="cell" className="hidden items-center gap-2 md:flex">
        <Progress {...steps} label={`Steps of ${run.id}`} />
        <span className="numeric w-[88px] shrink-0 text-right font-mono text-xs text-ink-2">
          {countFormat(steps.completed + steps.failed)}
          <span className="text-ink-3">/{countFormat(steps.total)}</span>
        </span>
      </span>
      <span role="cell" className="hidden truncate text-xs text-ink-2 md:block">
        {run.trigger}
      </span>
      <span role="cell" className="hidden text-right text-xs text-ink-2 md:block">
        <Ago at={run.createdAt} />
      </span>
      <span role="cell" className="text-right">
        <Duration from={run.createdAt} to={run.endedAt} />
      </span>
    </div>
  )
}

export function RunHeader() {
  return (
    <div
      role="row"
      className={classNames(
        runColumns,
        'h-8 shrink-0 items-center border-b border-line-strong px-3 text-xs text-ink-2',
      )}
    >
      <span role="columnheader">State</span>
      <span role="columnheader">Playbook</span>
      <span role="columnheader" className="hidden md:block">
        Run
      </span>
      <span role="columnheader" className="hidden md:block">
        Steps
      </span>
      <span role="columnheader" className="hidden md:block">
        Trigger
      </span>
      <span role="columnheader" className="hidden text-right md:block">
        Started
      </span>
      <span role="columnheader" className="text-right">
        Took
      </span>
    </div>
  )
}
