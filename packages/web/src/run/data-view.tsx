// A JSON value as a tree, or as a table when it is a list of objects; to copy whole.

import { Braces, Table2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { plural } from '../format/number.ts'
import { limits } from '../limits.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { DataGrid } from '../ui/data-grid.tsx'
import { toTable } from '../ui/grid-table.ts'
import { JsonTree } from '../ui/json-tree.tsx'
import { Segments } from '../ui/segments.tsx'

export function DataView({
  value,
  label,
  cut = false,
}: {
  readonly value: unknown
  readonly label: string
  readonly cut?: boolean
}) {
  const [chosen, setChosen] = useState<'tree' | 'table'>('tree')
  const table = useMemo(() => toTable(value, limits.tableRowsMax), [value])
  const view = table === undefined ? 'tree' : chosen
  if (value === null || value === undefined) return <p className="p-4 text-sm text-ink-2">{label}: nothing.</p>
  return (
    <div className="flex h-full min-h-48 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-2 px-3">
        {table === undefined ? null : (
          <Segments
            label={`${label} as`}
            value={view}
            onChange={setChosen}
            options={[
              { value: 'tree', label: 'Tree', icon: <Braces size={12} /> },
              { value: 'table', label: 'Table', icon: <Table2 size={12} /> },
            ]}
          />
        )}
        {cut ? <span className="text-xs text-waiting">Cut: too large to show whole.</span> : null}
        {table !== undefined && table.total > table.rows.length && view === 'table' ? (
          <span className="text-xs text-ink-3">first {plural(table.rows.length, 'row')}</span>
        ) : null}
        <span className="ml-auto">
          <CopyButton text={JSON.stringify(value, null, 2)} label={`Copy ${label.toLowerCase()}`} />
        </span>
      </div>
      {view === 'table' && table !== undefined ? (
        <div className="min-h-0 flex-1 border-t border-line">
          <DataGrid label={label} columns={table.columns} rows={table.rows} />
        </div>
      ) : (
        // scrollable regions must be reachable by keyboard
        <div tabIndex={0} role="group" aria-label={label} className="min-h-0 flex-1 overflow-auto px-2 pb-3">
          <JsonTree value={value} label={`${label} tree`} />
        </div>
      )}
    </div>
  )
}
