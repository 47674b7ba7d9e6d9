// The left rail: where one can go. Collapsible; on a phone it is a sheet.

import { Link } from '@tanstack/react-router'
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react'
import { countShort } from '../format/number.ts'
import { IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Mark } from '../ui/mark.tsx'
import { Tip } from '../ui/tip.tsx'
import { type Place, places } from './places.ts'

interface RailProps {
  readonly collapsed: boolean
  /** Runs in progress: shown at Runs, and what turns the wheel. */
  readonly running: number
}

export function Rail({ collapsed, running, onCollapse }: RailProps & { readonly onCollapse: () => void }) {
  return (
    <nav
      aria-label="Main"
      className={classNames(
        'hidden shrink-0 flex-col border-r border-line bg-surface md:flex',
        collapsed ? 'w-[52px]' : 'w-[196px]',
      )}
    >
      <Link
        to="/"
        className="flex h-12 items-center gap-2.5 px-[15px] text-ink -outline-offset-2"
        aria-label="Millrace, home"
      >
        <Mark turning={running > 0} />
        {collapsed ? null : <span className="text-lg font-semibold tracking-tight">Millrace</span>}
      </Link>
      <RailList collapsed={collapsed} running={running} />
      <div className="mt-auto p-2">
        <IconButton
          label={collapsed ? 'Expand the rail' : 'Collapse the rail'}
          shortcut="["
          aria-expanded={!collapsed}
          className="w-9"
          onClick={onCollapse}
        >
          {collapsed ? <PanelLeftOpen size={16} /> : <PanelLeftClose size={16} />}
        </IconButton>
      </div>
    </nav>
  )
}

export function RailList({ collapsed, running, onGo }: RailProps & { readonly onGo?: () => void }) {
  return (
    <ul className="flex flex-col gap-0.5 p-2">
      {places.map((place) => (
        <li key={place.to}>
          {place.group === undefined ? null : collapsed ? (
            <div aria-hidden="true" className="mx-2 my-2 border-t border-line" />
          ) : (
            <p className="mt-4 mb-1 px-2 text-xs text-ink-3">{place.group}</p>
          )}
          {collapsed ? (
            <Tip text={place.label} shortcut={place.keys}>
              <PlaceLink place={place} collapsed running={running} onGo={onGo} />
            </Tip>
          ) : (
            <PlaceLink place={place} collapsed={false} running={running} onGo={onGo} />
          )}
        </li>
      ))}
    </ul>
  )
}

function PlaceLink({
  place,
  collapsed,
  running,
  onGo,
  ...rest
}: RailProps & { readonly place: Place; readonly onGo?: (() => void) | undefined }) {
  const Icon = place.icon
  const count = place.to === '/runs' && running > 0 ? running : undefined
  return (
    <Link
      {...rest}
      to={place.to}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      onClick={() => onGo?.()}
      aria-label={collapsed ? place.label : undefined}
      className="relative flex h-8 items-center gap-2.5 rounded-md px-[10px] text-sm text-ink-2 -outline-offset-2 hover:bg-hover hover:text-ink data-[status=active]:bg-hover data-[status=active]:font-medium data-[status=active]:text-ink data-[status=active]:before:absolute data-[status=active]:before:inset-y-1.5 data-[status=active]:before:-left-2 data-[status=active]:before:w-0.5 data-[status=active]:before:bg-accent"
    >
      <Icon size={16} strokeWidth={1.75} className="shrink-0" aria-hidden="true" />
      {collapsed ? null : place.label}
      {count === undefined || collapsed ? null : (
        <span className="numeric ml-auto font-mono text-xs text-accent">
          {countShort(count)}
          <span className="sr-only"> running</span>
        </span>
      )}
    </Link>
  )
}
