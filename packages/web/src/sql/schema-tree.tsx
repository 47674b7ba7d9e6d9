// What a query may read: databases, tables with their rows, columns with their types. A click takes the name along.

import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronRight, Table2 } from 'lucide-react'
import { useState } from 'react'
import { type Table, tablesQuery } from '../api/datasets.ts'
import { countShort } from '../format/number.ts'
import { useEnvironment } from '../frame/environment.ts'
import { SearchField } from '../ui/field.tsx'
import { Trouble } from '../ui/problem.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

export function SchemaTree({ onTake }: { readonly onTake: (name: string) => void }) {
  const query = useQuery(tablesQuery(useEnvironment()))
  const [text, setText] = useState('')
  const wanted = text.toLowerCase()
  const fits = (query.data ?? []).filter(
    ({ database, name, columns }) =>
      `${database}.${name}`.toLowerCase().includes(wanted) ||
      columns.some((column) => column.name.toLowerCase().includes(wanted)),
  )
  const databases = [...new Set(fits.map(({ database }) => database))]
  return (
    <nav aria-label="Tables" className="flex h-full min-h-0 flex-col bg-surface">
      <div className="p-2">
        <SearchField
          label="Search tables and columns"
          placeholder="Tables and columns"
          value={text}
          onChange={setText}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-1 pb-2">
        {query.isPending
          ? Array.from({ length: 6 }, (_, index) => <Skeleton key={index} className="mx-2 my-2 h-4" />)
          : null}
        {query.isError ? <Trouble error={query.error} again={() => void query.refetch()} /> : null}
        {query.data?.length === 0 ? (
          <p className="px-2 py-3 text-sm text-ink-2">
            No table yet. A playbook with a dataset.write step makes the first.
          </p>
        ) : null}
        {databases.map((database) => (
          <div key={database} className="pb-2">
            <p className="px-2 py-1 font-mono text-xs text-ink-3">{database}</p>
            <ul>
              {fits
                .filter((table) => table.database === database)
                .map((table) => (
                  <TableBranch key={table.name} table={table} startsOpen={wanted !== ''} onTake={onTake} />
                ))}
            </ul>
          </div>
        ))}
      </div>
    </nav>
  )
}

function TableBranch({
  table,
  startsOpen,
  onTake,
}: {
  readonly table: Table
  readonly startsOpen: boolean
  readonly onTake: (name: string) => void
}) {
  const [opened, setOpened] = useState<boolean>()
  const open = opened ?? startsOpen
  const Icon = open ? ChevronDown : ChevronRight
  return (
    <li>
      <div className="flex h-7 items-center rounded-md hover:bg-hover">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`Columns of ${table.name}`}
          onClick={() => setOpened(!open)}
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-ink-3"
        >
          <Icon size={13} />
        </button>
        <button
          type="button"
          title="Put into the query"
          onClick={() => onTake(table.name)}
          className="flex min-w-0 flex-1 items-center gap-1.5 rounded-md text-left text-sm text-ink"
        >
          <Table2 size={13} className="shrink-0 text-ink-3" aria-hidden="true" />
          <span className="truncate">{table.name}</span>
        </button>
        {table.rows === null ? null : (
          <span className="numeric pr-2 font-mono text-xs text-ink-3">{countShort(table.rows)}</span>
        )}
      </div>
      {open ? (
        <ul className="ml-3.5 border-l border-line pl-2">
          {table.columns.map(({ name, type }) => (
            <li key={name}>
              <button
                type="button"
                onClick={() => onTake(name)}
                className="flex h-6 w-full items-center gap-2 rounded-md px-1.5 text-left font-mono text-xs hover:bg-hover"
              >
                <span className="truncate text-ink">{name}</span>
                <span className="ml-auto truncate text-ink-3">{type}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  )
}
