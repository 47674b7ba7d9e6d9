// Above the text: run or stop, what was run before, and the link to share.

import { History, Link2, Play, Square } from 'lucide-react'
import { plural } from '../format/number.ts'
import { Button } from '../ui/button.tsx'
import { Duration } from '../ui/clock.tsx'
import { Keys } from '../ui/keys.tsx'
import { Menu } from '../ui/menu.tsx'
import { notify } from '../ui/notices.tsx'
import type { Remembered } from './history.ts'
import type { SqlState } from './use-sql.ts'

interface SqlToolbarProps {
  readonly state: SqlState
  readonly history: readonly Remembered[]
  readonly link: () => string | undefined
  readonly onRun: () => void
  readonly onStop: () => void
  readonly onTake: (sql: string) => void
}

export function SqlToolbar({ state, history, link, onRun, onStop, onTake }: SqlToolbarProps) {
  const share = async () => {
    const address = link()
    if (address === undefined) {
      notify({ tone: 'bad', text: 'The query is too long for a link. Send the text itself.' })
      return
    }
    try {
      await navigator.clipboard.writeText(address)
      notify({ tone: 'good', text: 'The link is copied.' })
    } catch {
      notify({ tone: 'plain', text: 'The link stands in the address bar.' })
    }
  }
  return (
    <div className="flex shrink-0 items-center gap-2 border-b border-line px-2 py-1.5">
      {state.kind === 'running' ? (
        <Button small kind="danger" icon={<Square size={12} />} onClick={onStop}>
          Stop
        </Button>
      ) : (
        <Button small kind="main" icon={<Play size={13} />} onClick={onRun}>
          Run query
        </Button>
      )}
      <span className="hidden sm:inline">
        <Keys keys="Mod Enter" />
      </span>
      {state.kind === 'running' ? (
        <span className="text-xs text-ink-2">
          <Duration from={state.since} to={null} />
        </span>
      ) : null}
      <span className="ml-auto flex gap-1">
        <Menu
          label="History"
          trigger={
            <Button small kind="quiet" icon={<History size={14} />} disabled={history.length === 0}>
              History
            </Button>
          }
          items={history.slice(0, 40).map(({ sql, rows }) => ({
            label: `${sql.replace(/\s+/g, ' ').slice(0, 70)} · ${rows === undefined ? 'failed' : plural(rows, 'row')}`,
            act: () => onTake(sql),
          }))}
        />
        <Button small kind="quiet" icon={<Link2 size={14} />} onClick={() => void share()}>
          Share
        </Button>
      </span>
    </div>
  )
}
