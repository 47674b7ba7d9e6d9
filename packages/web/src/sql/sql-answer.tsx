// The answer: rows as a grid or a chart, how long it took and what it read, or what was wrong.

import { ChartLine, Download, Table2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { QueryResult } from '../api/datasets.ts'
import { bytesFormat, countFormat, plural } from '../format/number.ts'
import { durationFormat } from '../format/time.ts'
import { limits } from '../limits.ts'
import { Button } from '../ui/button.tsx'
import { DataGrid } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { Problem } from '../ui/problem.tsx'
import { Segments } from '../ui/segments.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { download, toCsv } from './csv.ts'
import type { SqlState } from './use-sql.ts'

const QuickChart = lazy(() => import('./quick-chart.tsx').then((module) => ({ default: module.QuickChart })))

export function SqlAnswer({ state, onRun }: { readonly state: SqlState; readonly onRun: () => void }) {
  if (state.kind === 'running') {
    return (
      <div role="status" aria-label="The query runs" className="flex flex-col gap-2 p-3">
        {Array.from({ length: 8 }, (_, index) => (
          <Skeleton key={index} className="h-5" />
        ))}
      </div>
    )
  }
  if (state.kind === 'trouble') {
    const { code, message, todo } = state.error
    return (
      <div className="overflow-y-auto p-3">
        <Problem code={code} message={message} todo={todo} />
      </div>
    )
  }
  if (state.kind === 'idle') {
    return (
      <div className="h-full overflow-y-auto">
        <Empty
          title="Ask something"
          sentence="Write SQL above and press Ctrl-Enter; up to 100,000 rows come back as a grid or a chart."
          action={<Button onClick={onRun}>Run the query above</Button>}
          command={'millrace query "SELECT 1"'}
        />
      </div>
    )
  }
  return <Result key={state.id} result={state.result} tookMs={state.tookMs} />
}

function Result({ result, tookMs }: { readonly result: QueryResult; readonly tookMs: number }) {
  const [view, setView] = useState<'grid' | 'chart'>('grid')
  const { columns, rows, truncated, elapsedMs, rowsRead, bytesRead } = result
  return (
    <section aria-label="Result" className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-2 py-1.5 text-xs text-ink-2">
        <Segments
          label="Result as"
          value={view}
          onChange={setView}
          options={[
            { value: 'grid', label: 'Grid', icon: <Table2 size={12} /> },
            { value: 'chart', label: 'Chart', icon: <ChartLine size={12} /> },
          ]}
        />
        <p role="status" className="numeric">
          <span className="text-ink">{plural(rows.length, 'row')}</span> in {durationFormat(elapsedMs)}
          <span className="hidden text-ink-3 sm:inline">
            {' '}
            · {countFormat(rowsRead)} rows and {bytesFormat(bytesRead)} read · {durationFormat(tookMs)} with the way
          </span>
        </p>
        <Button
          small
          kind="quiet"
          className="ml-auto"
          icon={<Download size={14} />}
          onClick={() => download('result.csv', toCsv(columns, rows), 'text/csv')}
        >
          CSV
        </Button>
      </div>
      {truncated ? (
        <p className="border-b border-waiting/40 bg-waiting-wash px-3 py-1.5 text-xs text-ink">
          Cut at {countFormat(limits.queryRowsMax)} rows, the most that one answer holds. Add a LIMIT or aggregate to
          see what matters; <span className="font-mono">millrace query --csv</span> writes everything to a file.
        </p>
      ) : null}
      <div className="min-h-0 flex-1">
        {rows.length === 0 ? (
          <p className="p-6 text-center text-sm text-ink-2">
            No row fits. The columns would be {columns.map(({ name }) => name).join(', ')}.
          </p>
        ) : view === 'grid' ? (
          <DataGrid label="Query result" columns={columns} rows={rows} />
        ) : (
          <Suspense fallback={<Skeleton className="m-3 h-48" />}>
            <QuickChart result={result} />
          </Suspense>
        )}
      </div>
    </section>
  )
}
