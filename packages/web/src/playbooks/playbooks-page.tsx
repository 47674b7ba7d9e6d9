// All playbooks of the environment: what they are for, how their last runs went, and a button to run each.

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Play, Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { type PlaybookListed, playbooksQuery } from '../api/playbooks.ts'
import { plural } from '../format/number.ts'
import { useEnvironment } from '../frame/environment.ts'
import { useRunsChanged } from '../frame/live-runs.ts'
import { limits } from '../limits.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Ago } from '../ui/clock.tsx'
import { Empty } from '../ui/empty.tsx'
import { SearchField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Trouble } from '../ui/problem.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Labels } from './labels.tsx'
import { RunDots } from './run-dots.tsx'

const help = {
  about: 'playbooks',
  know: [
    'A playbook is one YAML document: tasks that form a graph, steps in order inside each task, one plugin call per step.',
    'Publishing makes a version that never changes. Drafts stay in this browser until then.',
    'The shapes beside a playbook are its last runs, newest first; each leads to its run.',
  ],
  curl: 'curl http://127.0.0.1:4400/v1/playbooks',
  cli: 'millrace playbooks',
} as const

export function PlaybooksPage() {
  const environment = useEnvironment()
  const navigate = useNavigate()
  const query = useQuery(playbooksQuery(environment))
  const [text, setText] = useState('')
  useFreshWhenRunsChange(environment)
  const create = (
    <Button kind="main" icon={<Plus size={14} />} onClick={() => void navigate({ to: '/playbooks/new' })}>
      New playbook
    </Button>
  )
  const fits = (query.data ?? []).filter(({ name, description, labels }) =>
    `${name} ${description} ${JSON.stringify(labels)}`.toLowerCase().includes(text.toLowerCase()),
  )
  return (
    <Page title="Playbooks" help={help} actions={create}>
      {query.isPending ? <SkeletonRows rows={6} label="Loading playbooks" /> : null}
      {query.isError ? <Trouble error={query.error} again={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? <NoPlaybooks /> : null}
      {query.data === undefined || query.data.length === 0 ? null : (
        <>
          <div className="flex items-center gap-3 pb-3">
            <SearchField label="Search playbooks" value={text} onChange={setText} className="w-full max-w-72" />
            <span className="text-xs whitespace-nowrap text-ink-3">{plural(fits.length, 'playbook')}</span>
          </div>
          <PlaybookTable playbooks={fits} />
        </>
      )}
    </Page>
  )
}

/** The dots move while runs do, at most once a second. */
function useFreshWhenRunsChange(environment: string): void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useRunsChanged(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void client.invalidateQueries({ queryKey: playbooksQuery(environment).queryKey })
    }, limits.countsRefreshMs)
  })
}

const columns =
  'grid grid-cols-[minmax(0,1fr)_36px] gap-x-3 md:grid-cols-[minmax(220px,1.6fr)_56px_minmax(120px,1fr)_190px_88px_36px]'

function PlaybookTable({ playbooks }: { readonly playbooks: readonly PlaybookListed[] }) {
  return (
    <div role="table" aria-label="Playbooks" className="panel overflow-hidden">
      <div role="rowgroup">
        <div role="row" className={`${columns} h-8 items-center border-b border-line-strong px-3 text-xs text-ink-2`}>
          <span role="columnheader">Name</span>
          <span role="columnheader" className="hidden md:block">
            Version
          </span>
          <span role="columnheader" className="hidden md:block">
            Labels
          </span>
          <span role="columnheader" className="hidden md:block">
            Last runs
          </span>
          <span role="columnheader" className="hidden text-right md:block">
            Last run
          </span>
          <span role="columnheader" className="sr-only">
            Run
          </span>
        </div>
      </div>
      <div role="rowgroup">
        {playbooks.map((playbook) => (
          <PlaybookRow key={playbook.name} playbook={playbook} />
        ))}
      </div>
    </div>
  )
}

function PlaybookRow({ playbook }: { readonly playbook: PlaybookListed }) {
  const navigate = useNavigate()
  const { name, description, version, labels, runs } = playbook
  const [last] = runs
  return (
    <div
      role="row"
      className={`${columns} relative min-h-12 items-center border-b border-line px-3 py-1.5 last:border-b-0 focus-within:bg-hover hover:bg-hover`}
    >
      <span role="cell" className="min-w-0">
        <Link
          to="/playbooks/$name"
          params={{ name }}
          className="block truncate text-sm font-medium text-ink -outline-offset-1 before:absolute before:inset-0"
        >
          {name}
        </Link>
        <span className="block truncate text-xs text-ink-2">{description}</span>
      </span>
      <span role="cell" className="numeric hidden font-mono text-xs text-ink-2 md:block">
        v{version}
      </span>
      <span role="cell" className="hidden overflow-hidden md:block">
        <Labels labels={labels} />
      </span>
      <span role="cell" className="hidden md:block">
        <RunDots runs={runs} />
      </span>
      <span role="cell" className="hidden text-right text-xs text-ink-2 md:block">
        {last === undefined ? 'never' : <Ago at={last.createdAt} />}
      </span>
      <span role="cell" className="relative z-10">
        <IconButton
          label={`Run ${name}`}
          onClick={() => void navigate({ to: '/playbooks/$name', params: { name }, search: { run: true } })}
        >
          <Play size={14} />
        </IconButton>
      </span>
    </div>
  )
}

function NoPlaybooks() {
  return (
    <Empty
      title="No playbook yet"
      sentence="A playbook says what to do: tasks, steps, plugins. Begin with a template and run it a minute later."
      action={
        <Link to="/playbooks/new" className="link text-sm">
          Write the first playbook
        </Link>
      }
      command="millrace publish examples/quakes.yaml"
    />
  )
}
