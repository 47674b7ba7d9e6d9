// The datasets of the environment: how much is in each, which columns, and a query to look at it.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type Dataset, datasetsQuery } from '../api/datasets.ts'
import { bytesMeasure, countFormat, plural } from '../format/number.ts'
import { useEnvironment } from '../frame/environment.ts'
import { hashOf } from '../sql/share.ts'
import { Ago } from '../ui/clock.tsx'
import { Empty } from '../ui/empty.tsx'
import { SearchField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Trouble } from '../ui/problem.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { selectFrom } from './select-from.ts'

const help = {
  about: 'datasets',
  know: [
    'A dataset is a schema and a table: a playbook’s dataset.write step makes it with its first rows.',
    'Every batch is inserted exactly once, however often the step that writes it is tried.',
    'Query opens SQL with a statement that shows the newest rows.',
  ],
  curl: 'curl http://127.0.0.1:4400/v1/datasets',
  cli: 'millrace query "SELECT * FROM quakes LIMIT 10"',
} as const

const columns =
  'grid grid-cols-[minmax(0,1fr)_80px_72px] gap-x-3 md:grid-cols-[minmax(160px,1fr)_110px_90px_minmax(160px,1.6fr)_100px_64px]'

export function DatasetsPage() {
  const query = useQuery(datasetsQuery(useEnvironment()))
  const [text, setText] = useState('')
  const fits = (query.data ?? []).filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
  return (
    <Page title="Datasets" help={help}>
      {query.isPending ? <SkeletonRows rows={5} label="Loading datasets" /> : null}
      {query.isError ? <Trouble error={query.error} again={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? <NoDatasets /> : null}
      {query.data === undefined || query.data.length === 0 ? null : (
        <>
          <div className="flex items-center gap-3 pb-3">
            <SearchField label="Search datasets" value={text} onChange={setText} className="w-full max-w-72" />
            <span className="text-xs whitespace-nowrap text-ink-3">{plural(fits.length, 'dataset')}</span>
          </div>
          <div role="table" aria-label="Datasets" className="panel overflow-hidden">
            <div role="rowgroup">
              <div
                role="row"
                className={`${columns} h-8 items-center border-b border-line-strong px-3 text-xs text-ink-2`}
              >
                <span role="columnheader">Name</span>
                <span role="columnheader" className="text-right">
                  Rows
                </span>
                <span role="columnheader" className="hidden text-right md:block">
                  Size
                </span>
                <span role="columnheader" className="hidden md:block">
                  Columns
                </span>
                <span role="columnheader" className="hidden text-right md:block">
                  Changed
                </span>
                <span role="columnheader" className="sr-only">
                  Query
                </span>
              </div>
            </div>
            <div role="rowgroup">
              {fits.map((dataset) => (
                <DatasetRow key={dataset.name} dataset={dataset} />
              ))}
            </div>
          </div>
        </>
      )}
    </Page>
  )
}

function DatasetRow({ dataset }: { readonly dataset: Dataset }) {
  const { name, rows, bytes, updatedAt } = dataset
  const size = bytesMeasure(bytes)
  const hash = hashOf(selectFrom(dataset)) ?? ''
  return (
    <div
      role="row"
      className={`${columns} relative h-10 items-center border-b border-line px-3 text-sm last:border-b-0 focus-within:bg-hover hover:bg-hover`}
    >
      <span role="cell" className="truncate font-medium text-ink">
        {name}
      </span>
      <span role="cell" className="numeric text-right font-mono text-xs">
        {countFormat(rows)}
      </span>
      <span role="cell" className="numeric hidden text-right font-mono text-xs md:block">
        {size.value} <span className="text-ink-3">{size.unit}</span>
      </span>
      <span role="cell" className="hidden truncate font-mono text-xs text-ink-2 md:block">
        {dataset.columns.map((column) => column.name).join(', ')}
      </span>
      <span role="cell" className="hidden text-right text-xs text-ink-2 md:block">
        {updatedAt === null ? '–' : <Ago at={updatedAt} />}
      </span>
      <span role="cell" className="text-right">
        <Link
          to="/sql"
          hash={hash}
          aria-label={`Query ${name}`}
          className="link text-sm before:absolute before:inset-0"
        >
          Query
        </Link>
      </span>
    </div>
  )
}

function NoDatasets() {
  return (
    <Empty
      title="No dataset yet"
      sentence="A playbook with a dataset.write step makes the first one, with its table and its rows."
      action={
        <Link to="/playbooks/new" search={{ template: 'python' }} className="link text-sm">
          Begin with a playbook that writes rows
        </Link>
      }
      command="millrace run examples/quakes.yaml"
    />
  )
}
