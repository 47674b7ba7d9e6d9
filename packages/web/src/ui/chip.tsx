// A filter that is on or off, with how many it would show.

import type { ReactNode } from 'react'
import { countShort } from '../format/number.ts'
import { classNames } from './class-names.ts'

export function Chip({
  on,
  onChange,
  icon,
  count,
  children,
}: {
  readonly on: boolean
  readonly onChange: (on: boolean) => void
  readonly icon?: ReactNode
  readonly count?: number | undefined
  readonly children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => onChange(!on)}
      className={classNames(
        'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full border px-2.5 text-xs whitespace-nowrap transition-colors',
        on
          ? 'border-accent bg-accent-wash text-ink'
          : 'border-line bg-surface text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      {icon}
      {children}
      {count === undefined ? null : <span className="numeric font-mono text-ink-3">{countShort(count)}</span>}
    </button>
  )
}
