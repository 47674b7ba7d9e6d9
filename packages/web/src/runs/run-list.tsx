// The runs themselves: ten thousand rows that scroll like ten, live without jumping.

import { useInfiniteQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowUp } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type Run, type RunFilter, runsQuery } from '../api/runs.ts'
import { countFormat, plural } from '../format/number.ts'
import { useEnvironment } from '../frame/environment.ts'
import { useRunsChanged } from '../frame/live-runs.ts'
import { limits } from '../limits.ts'
import { Button } from '../ui/button.tsx'
import { Trouble } from '../ui/problem.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { emptyLiveList, hearRuns, type LiveList, reveal, rowsOf } from './live-list.ts'
import { RunHeader, RunRow } from './run-row.tsx'

const rowHeight = 32
const loadAheadRows = 80

interface RunListProps {
  readonly filter: RunFilter
  readonly follow: boolean
  readonly empty: React.ReactNode
}

export function RunList({ filter, follow, empty }: RunListProps) {
  const environment = useEnvironment()
  const query = useInfiniteQuery(runsQuery(environment, filter))
  const pages = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const { list, show } = useLiveList(pages, filter, follow)
  const rows = useMemo(() => rowsOf(list, pages), [list, pages])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && pages.length < limits.runsHeldMax) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, pages.length])

  if (query.isPending) return <SkeletonRows rows={16} label="Loading runs" />
  if (query.isError && rows.length === 0) return <Trouble error={query.error} again={() => void query.refetch()} />
  if (rows.length === 0 && list.waiting.length === 0) return empty
  return (
    <div className="panel relative flex h-[72dvh] min-h-[320px] wide:h-auto wide:flex-1 flex-col overflow-hidden">
      {list.waiting.length === 0 ? null : (
        <div className="absolute top-10 left-1/2 z-10 -translate-x-1/2">
          <Button kind="main" small icon={<ArrowUp size={14} />} onClick={show} className="rising shadow-float">
            {countFormat(list.waiting.length)} new
          </Button>
        </div>
      )}
      <Rows rows={rows} fresh={list.shown} more={more} end={!hasNextPage} />
    </div>
  )
}

/** Starts empty for every list: give the list a key of its filter. */
function useLiveList(pages: readonly Run[], filter: RunFilter, follow: boolean): { list: LiveList; show: () => void } {
  const [list, setList] = useState(emptyLiveList)
  const known = useMemo(() => new Set(pages.map(({ id }) => id)), [pages])
  const newestAt = pages[0]?.createdAt ?? 0
  useRunsChanged((runs) => setList((current) => hearRuns(current, runs, { known, newestAt, filter, follow })))
  if (follow && list.waiting.length > 0) setList(reveal)
  return { list, show: () => setList(reveal) }
}

function Rows({
  rows,
  fresh,
  more,
  end,
}: {
  readonly rows: readonly Run[]
  readonly fresh: readonly string[]
  readonly more: () => void
  readonly end: boolean
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - loadAheadRows) more()
  }, [last, rows.length, more])
  const freshIds = useMemo(() => new Set(fresh.slice(0, 100)), [fresh])
  return (
    <>
      <div
        role="table"
        aria-label="Runs"
        aria-rowcount={end ? rows.length + 1 : -1}
        className="flex min-h-0 flex-1 flex-col"
      >
        <div role="rowgroup" className="shrink-0 overflow-hidden [scrollbar-gutter:stable]">
          <RunHeader />
        </div>
        {/* scrollable regions must be reachable by keyboard */}
        <div
          ref={scroller}
          role="rowgroup"
          tabIndex={0}
          aria-label="Rows of runs"
          className="min-h-0 flex-1 overflow-y-auto -outline-offset-2 [scrollbar-gutter:stable]"
        >
          <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const run = rows[item.index]
              return run === undefined ? null : (
                <RunRow
                  key={item.key}
                  run={run}
                  index={item.index + 2}
                  fresh={freshIds.has(run.id)}
                  style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${item.start}px)` }}
                />
              )
            })}
          </div>
        </div>
      </div>
      <p className="flex h-7 shrink-0 items-center border-t border-line px-3 text-xs text-ink-3">
        {plural(rows.length, 'run')}
        {end ? '' : ' loaded, more as you scroll'}
      </p>
    </>
  )
}
