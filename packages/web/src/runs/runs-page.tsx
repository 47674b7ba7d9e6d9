// All runs of the environment: filtered by chips that live in the address, live.

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { playbooksQuery } from '../api/playbooks.ts'
import { runStates } from '../api/runs.ts'
import { useEnvironment } from '../frame/environment.ts'
import { useRunCounts } from '../frame/live-runs.ts'
import { limits } from '../limits.ts'
import { Chip } from '../ui/chip.tsx'
import { Empty } from '../ui/empty.tsx'
import { Choice, SearchField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { StateMark, stateWord } from '../ui/state-mark.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { RunList } from './run-list.tsx'
import { type RunsSearch, readStates, toFilter } from './search.ts'

const help = {
  about: 'runs',
  know: [
    'A run is one execution of a published playbook version; it stays on that version whatever is published later.',
    'The list is live: new runs wait behind the “new” bar so that nothing moves under your pointer. Follow puts them on top at once.',
    'Every filter is part of the address: copy it, and others see the same list.',
  ],
  curl: "curl 'http://127.0.0.1:4400/v1/runs?state=failed&limit=50'",
  cli: 'millrace runs --state failed',
} as const

export function RunsPage() {
  const search = useSearch({ from: '/frame/runs' })
  const navigate = useNavigate({ from: '/runs' })
  const change = (next: Partial<Record<keyof RunsSearch, RunsSearch[keyof RunsSearch]>>) =>
    void navigate({ search: (before) => ({ ...before, ...next }) as RunsSearch, replace: true })
  const filter = useMemo(() => toFilter(search), [search])
  const filtered = Object.keys(filter).length > 0
  return (
    <Page
      title="Runs"
      help={help}
      fill
      actions={
        <Toggle label="Follow" on={search.follow === true} onChange={(on) => change({ follow: on || undefined })} />
      }
    >
      <div className="flex flex-wrap items-center gap-2 pb-3">
        <StateChips search={search} change={change} />
        <div className="flex w-full gap-2 md:ml-auto md:w-auto">
          <PlaybookChoice search={search} change={change} />
          <RunSearchField search={search} change={change} />
        </div>
      </div>
      <RunList
        key={JSON.stringify(filter)}
        filter={filter}
        follow={search.follow === true}
        empty={filtered ? <NothingFits /> : <NoRuns />}
      />
    </Page>
  )
}

interface FilterProps {
  readonly search: RunsSearch
  readonly change: (next: Partial<Record<keyof RunsSearch, RunsSearch[keyof RunsSearch]>>) => void
}

function StateChips({ search, change }: FilterProps) {
  const { data: counts } = useRunCounts(search.playbook)
  const chosen = new Set(readStates(search.state))
  return (
    <div
      role="group"
      aria-label="States"
      className="flex max-w-full gap-1.5 -m-0.5 overflow-x-auto p-0.5 [scrollbar-width:none] md:flex-wrap"
    >
      {runStates.map((state) => (
        <Chip
          key={state}
          on={chosen.has(state)}
          count={counts === undefined ? undefined : (counts.get(state) ?? 0)}
          icon={<StateMark state={state} size={12} />}
          onChange={(on) => {
            const next = runStates.filter((other) => (other === state ? on : chosen.has(other)))
            change({ state: next.length === 0 ? undefined : next.join(',') })
          }}
        >
          {stateWord(state)}
        </Chip>
      ))}
    </div>
  )
}

function PlaybookChoice({ search, change }: FilterProps) {
  const { data: playbooks } = useQuery(playbooksQuery(useEnvironment()))
  const names = new Set([
    ...(playbooks ?? []).map(({ name }) => name),
    ...(search.playbook === undefined ? [] : [search.playbook]),
  ])
  return (
    <Choice
      aria-label="Playbook"
      className="h-[30px] min-w-0 flex-1 md:w-40 md:flex-none"
      value={search.playbook ?? ''}
      onChange={(event) => change({ playbook: event.target.value || undefined })}
      options={[{ value: '', label: 'All playbooks' }, ...[...names].map((name) => ({ value: name, label: name }))]}
    />
  )
}

function RunSearchField({ search, change }: FilterProps) {
  const inAddress = search.q ?? ''
  const [text, setText] = useState(inAddress)
  const [seen, setSeen] = useState(inAddress)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // A link or Back may change the address under the field.
  if (seen !== inAddress) {
    setSeen(inAddress)
    if (text.trim() !== inAddress) setText(inAddress)
  }
  const type = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => change({ q: next.trim() || undefined }), limits.searchDelayMs)
  }
  return (
    <SearchField
      label="Search runs"
      placeholder="Id or playbook"
      value={text}
      onChange={type}
      className="min-w-0 flex-1 md:w-52 md:flex-none"
    />
  )
}

function NoRuns() {
  return (
    <Empty
      title="Nothing has run yet"
      sentence="A run is one execution of a playbook. Start one, and it appears here while it happens."
      action={
        <Link to="/playbooks" className="link text-sm">
          Choose a playbook to run
        </Link>
      }
      command="millrace run examples/quakes.yaml"
    />
  )
}

function NothingFits() {
  return (
    <Empty
      title="No run fits these filters"
      sentence="Take a filter away, or look at all runs."
      action={
        <Link to="/runs" search={{}} className="link text-sm">
          Show all runs
        </Link>
      }
    />
  )
}
