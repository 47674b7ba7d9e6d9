// Two panes with a bar between them that is dragged, or moved with the arrow keys; its place is kept in this browser.

import { type ReactNode, useCallback, useRef, useState } from 'react'
import { keep, kept } from '../theme/kept.ts'
import { classNames } from './class-names.ts'

const least = 20
const most = 80

export function Split({
  name,
  label,
  direction,
  initial,
  first,
  second,
}: {
  /** Under which its place is kept. */
  readonly name: string
  readonly label: string
  readonly direction: 'row' | 'column'
  /** Percent of the first pane. */
  readonly initial: number
  readonly first: ReactNode
  readonly second: ReactNode
}) {
  const frame = useRef<HTMLDivElement>(null)
  const [percent, setPercent] = useState(() => bounded(Number(kept(`split.${name}`) ?? initial)))
  const move = useCallback(
    (next: number) => {
      setPercent(bounded(next))
      keep(`split.${name}`, String(bounded(next)))
    },
    [name],
  )
  const drag = (event: React.PointerEvent) => {
    const rect = frame.current?.getBoundingClientRect()
    if (rect === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    move(
      direction === 'row'
        ? (100 * (event.clientX - rect.left)) / rect.width
        : (100 * (event.clientY - rect.top)) / rect.height,
    )
  }
  const press = (event: React.KeyboardEvent) => {
    const back = direction === 'row' ? 'ArrowLeft' : 'ArrowUp'
    const on = direction === 'row' ? 'ArrowRight' : 'ArrowDown'
    if (event.key !== back && event.key !== on) return
    event.preventDefault()
    move(percent + (event.key === on ? 4 : -4))
  }
  return (
    <div ref={frame} className={classNames('flex h-full min-h-0 min-w-0', direction === 'column' && 'flex-col')}>
      <div className="min-h-0 min-w-0 overflow-hidden" style={{ flexBasis: `${percent}%`, flexShrink: 1 }}>
        {first}
      </div>
      {/* a separator that can be moved is a control */}
      <div
        role="separator"
        aria-label={label}
        aria-orientation={direction === 'row' ? 'vertical' : 'horizontal'}
        aria-valuenow={Math.round(percent)}
        aria-valuemin={least}
        aria-valuemax={most}
        tabIndex={0}
        onKeyDown={press}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        className={classNames(
          'relative z-10 shrink-0 touch-none bg-line transition-colors hover:bg-accent',
          direction === 'row'
            ? 'w-px cursor-col-resize after:absolute after:inset-y-0 after:-left-1.5 after:w-3'
            : 'h-px cursor-row-resize after:absolute after:inset-x-0 after:-top-1.5 after:h-3',
        )}
      />
      <div className="min-h-0 min-w-0 flex-1 overflow-hidden">{second}</div>
    </div>
  )
}

function bounded(percent: number): number {
  return Number.isFinite(percent) ? Math.min(most, Math.max(least, percent)) : 50
}
