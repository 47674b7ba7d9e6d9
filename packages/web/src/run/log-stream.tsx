// The log lines of a run or of one step: searched, filtered by severity, followed while they are written.

import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDownToLine } from 'lucide-react'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import type { LogFilter, LogLine, Severity } from '../api/run.ts'
import { plural } from '../format/number.ts'
import { clockFormat } from '../format/time.ts'
import { useEnvironment } from '../frame/environment.ts'
import { limits } from '../limits.ts'
import { classNames } from '../ui/class-names.ts'
import { SearchField } from '../ui/field.tsx'
import { Trouble } from '../ui/problem.tsx'
import { Segments } from '../ui/segments.tsx'
import { useSettled } from '../ui/settled.ts'
import { Toggle } from '../ui/toggle.tsx'
import { stepLabel } from './gantt-rows.ts'
import { hitsOf } from './log-lines.ts'
import { useLogs } from './use-logs.ts'

interface LogStreamProps {
  readonly runId: string
  readonly live: boolean
  /** Only these lines, when it is about one task or step. */
  readonly scope?: Pick<LogFilter, 'task' | 'step' | 'item'>
  readonly label: string
}

const severityOptions: readonly { readonly value: Severity; readonly label: string }[] = [
  { value: 'debug', label: 'All' },
  { value: 'info', label: 'Info' },
  { value: 'warn', label: 'Warn' },
  { value: 'error', label: 'Error' },
]

export function LogStream({ runId, live, scope, label }: LogStreamProps) {
  const environment = useEnvironment()
  const [text, setText] = useState('')
  const [severityMin, setSeverityMin] = useState<Severity>('debug')
  const [following, setFollowing] = useState(live)
  const search = useSettled(text.trim(), limits.searchDelayMs)
  const filter: LogFilter = useMemo(
    () => ({ ...scope, ...(search === '' ? {} : { search }), ...(severityMin === 'debug' ? {} : { severityMin }) }),
    [scope, search, severityMin],
  )
  const logs = useLogs(environment, runId, filter, live)
  return (
    <section aria-label={label} className="flex h-full min-h-0 flex-col bg-surface">
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-2 py-1.5">
        <SearchField label="Search log lines" value={text} onChange={setText} className="min-w-36 flex-1" />
        <Segments label="Severity at least" value={severityMin} onChange={setSeverityMin} options={severityOptions} />
        <Toggle label="Follow" on={following} onChange={setFollowing} />
      </div>
      {logs.trouble === undefined ? null : <Trouble error={logs.trouble} />}
      <Lines
        lines={logs.lines}
        search={search}
        scoped={scope?.step !== undefined}
        following={following}
        onScrolledAway={() => setFollowing(false)}
        empty={
          logs.loading
            ? 'Loading log lines'
            : search !== '' || severityMin !== 'debug'
              ? 'No line fits this filter.'
              : live
                ? 'Nothing was written yet.'
                : 'Nothing was written.'
        }
      />
      <p className="flex h-7 shrink-0 items-center gap-2 border-t border-line px-3 text-xs text-ink-3">
        {plural(logs.lines.length, 'line')}
        {logs.loading ? ', loading more' : ''}
        {logs.cut ? ', the oldest left out: search to see them' : ''}
        {following && live ? (
          <ArrowDownToLine size={12} className="ml-auto text-accent" aria-label="following" />
        ) : null}
      </p>
    </section>
  )
}

interface LinesProps {
  readonly lines: readonly LogLine[]
  readonly search: string
  readonly scoped: boolean
  readonly following: boolean
  readonly onScrolledAway: () => void
  readonly empty: string
}

function Lines({ lines, search, scoped, following, onScrolledAway, empty }: LinesProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 22,
    getItemKey: (index) => lines[index]?.id ?? index,
    overscan: 20,
  })
  useEffect(() => {
    if (following && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [following, lines.length, virtual])
  return (
    <div
      ref={scroller}
      role="log"
      aria-label="Log lines"
      aria-live="off"
      tabIndex={0}
      onWheel={(event) => {
        if (event.deltaY < 0) onScrolledAway()
      }}
      onKeyDown={(event) => {
        if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) onScrolledAway()
      }}
      className="min-h-0 flex-1 overflow-y-auto bg-sunken font-mono text-xs -outline-offset-2"
    >
      {lines.length === 0 ? <p className="px-3 py-6 text-center font-sans text-sm text-ink-2">{empty}</p> : null}
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]
          return line === undefined ? null : (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Line line={line} search={search} scoped={scoped} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

const colours: Readonly<Record<Severity, string>> = {
  debug: 'text-ink-3',
  info: 'text-ink',
  warn: 'text-waiting',
  error: 'text-failed',
}

const Line = memo(function Line({
  line,
  search,
  scoped,
}: {
  readonly line: LogLine
  readonly search: string
  readonly scoped: boolean
}) {
  const place = line.task === null ? '' : `${line.task}.${stepLabel({ step: line.step ?? '', item: line.item ?? -1 })}`
  return (
    <div
      className={classNames(
        'flex gap-3 px-3 py-px leading-5 hover:bg-hover',
        line.severity === 'error' && 'bg-failed-wash',
      )}
    >
      <span className="numeric shrink-0 text-ink-3" title={new Date(line.at).toISOString()}>
        {clockFormat(line.at)}
      </span>
      <span className={classNames('w-10 shrink-0', colours[line.severity])}>{line.severity}</span>
      {scoped ? null : (
        <span className="hidden w-32 shrink-0 truncate text-ink-3 lg:block" title={place}>
          {place}
        </span>
      )}
      <span className={classNames('min-w-0 flex-1 break-words whitespace-pre-wrap', colours[line.severity])}>
        {hitsOf(line.text, search).map((part, index) =>
          index % 2 === 1 ? (
            <mark key={`${index} ${part}`} className="rounded-[2px] bg-(--selection) text-ink">
              {part}
            </mark>
          ) : (
            part
          ),
        )}
      </span>
    </div>
  )
})
