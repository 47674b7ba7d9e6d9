// The newcomer's page: what runs now, what ran last, what there is to run and to ask, and what to do next.

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { type CSSProperties, useEffect, useMemo, useState } from 'react'
import { datasetsQuery } from '../api/datasets.ts'
import { platformQuery } from '../api/me.ts'
import { type PlaybookListed, playbooksQuery } from '../api/playbooks.ts'
import { type Run, recentRunsQuery } from '../api/runs.ts'
import { selectFrom } from '../datasets/select-from.ts'
import { bytesFormat, countFormat, countShort } from '../format/number.ts'
import { useEnvironment } from '../frame/environment.ts'
import { useRunCounts, useRunsChanged } from '../frame/live-runs.ts'
import { RunDots } from '../playbooks/run-dots.tsx'
import { hashOf } from '../sql/share.ts'
import { keep, kept } from '../theme/kept.ts'
import { Button } from '../ui/button.tsx'
import { Ago, Duration, useSlowNow } from '../ui/clock.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { inline } from '../ui/markdown.tsx'
import { Page } from '../ui/page.tsx'
import { Trouble } from '../ui/problem.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { StateBadge, StateMark, stateWord } from '../ui/state-mark.tsx'
import { runBars } from './run-bars.ts'

const help = {
  about: 'this page',
  know: [
    'It shows what runs now, the last runs, and what can be run and asked at a click; it changes by itself.',
    'A playbook does work, a run is one execution of it, a dataset holds the rows it wrote, SQL asks about all of them.',
    'Ctrl-K (⌘K) goes anywhere: a page, a playbook to run, a run by part of its id.',
  ],
  curl: 'curl http://127.0.0.1:4400/v1/runs?limit=10',
  cli: 'millrace runs\nmillrace doctor',
} as const

const runsShown = 9
/** As many as one page of the API gives: enough for the shape of a day. */
const runsCounted = 500

export function HomePage() {
  const environment = useEnvironment()
  const query = useQuery(recentRunsQuery(environment, runsCounted))
  const [live, setLive] = useState<ReadonlyMap<string, Run>>(new Map())
  useRunsChanged((changed) =>
    setLive((before) => new Map([...before, ...changed.map((run) => [run.id, run] as const)].slice(-500))),
  )
  const runs = useMemo(() => newest(query.data ?? [], live), [query.data, live])
  return (
    <Page title="Home" help={help} aside={<PlatformLine />}>
      <StateLine runs={runs} loading={query.isPending} />
      {query.isError ? <Trouble error={query.error} again={() => void query.refetch()} /> : null}
      <div className="mt-6 grid gap-x-10 gap-y-8 xl:grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-8">
          <LastRuns runs={runs.slice(0, runsShown)} loading={query.isPending} />
          <Examples />
        </div>
        <div className="flex min-w-0 flex-col gap-8">
          <DatasetsPart />
          <NextSteps />
        </div>
      </div>
    </Page>
  )
}

function newest(loaded: readonly Run[], live: ReadonlyMap<string, Run>): readonly Run[] {
  const byId = new Map(loaded.map((run) => [run.id, run]))
  for (const [id, run] of live) byId.set(id, run)
  return [...byId.values()].sort((a, b) => b.createdAt - a.createdAt)
}

function PlatformLine() {
  const { data: platform } = useQuery(platformQuery)
  if (platform === undefined) return null
  const ill = platform.stores.filter(({ healthy }) => !healthy)
  return (
    <div className="flex flex-wrap gap-x-3 text-xs text-ink-2">
      <span>
        Millrace {platform.version}, started <Ago at={platform.startedAt} />
      </span>
      {ill.map(({ kind, detail }) => (
        <span key={kind} className="text-failed">
          {kind} is not well: {detail ?? 'see `millrace doctor`'}
        </span>
      ))}
      {platform.warnings.map((warning) => (
        <span key={warning} className="text-waiting">
          {inline(warning)}
        </span>
      ))}
    </div>
  )
}

/** Counts by state beside the shape of the last runs: one line, no boxes. */
function StateLine({ runs, loading }: { readonly runs: readonly Run[]; readonly loading: boolean }) {
  const { data: counts } = useRunCounts()
  const now = useSlowNow()
  const bars = useMemo(() => runBars(runs, now, 60), [runs, now])
  const states = ['running', 'queued', 'paused', 'failed', 'completed'] as const
  return (
    <section aria-label="Runs by state" className="panel flex flex-wrap items-stretch overflow-hidden">
      {states.map((state) => (
        <Link
          key={state}
          to="/runs"
          search={{ state }}
          className="flex min-w-24 flex-1 flex-col justify-center border-r border-line px-4 py-3 -outline-offset-2 hover:bg-hover"
        >
          <span className="numeric font-mono text-2xl leading-8 text-ink">
            {counts === undefined ? '–' : countShort(counts.get(state) ?? 0)}
          </span>
          <span className="flex items-center gap-1.5 text-xs text-ink-2">
            <StateMark state={state} size={12} />
            {stateWord(state)}
            <span className="sr-only"> runs</span>
          </span>
        </Link>
      ))}
      <div className="min-w-60 flex-[3] px-4 pt-3 pb-2">
        {loading ? (
          <Skeleton className="h-10" />
        ) : (
          <Sparkline bars={bars.bars} label={`Runs started over the ${bars.span}`} />
        )}
        <p className="mt-1 flex justify-between text-xs text-ink-3">
          <span>{bars.span}</span>
          <span>now</span>
        </p>
      </div>
    </section>
  )
}

function PartTitle({
  title,
  to,
  more,
}: {
  readonly title: string
  readonly to?: '/runs' | '/playbooks' | '/datasets'
  readonly more?: string
}) {
  return (
    <div className="mb-2 flex items-baseline gap-3">
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      {to === undefined ? null : (
        <Link to={to} className="link ml-auto text-xs">
          {more}
        </Link>
      )}
    </div>
  )
}

/** While a list loads it is as long as it was last time, so that what stands below does not jump when it arrives. */
function useRemembered(name: string, rows: number | undefined): CSSProperties {
  const [before] = useState(() => Number(kept(`home.${name}`) ?? 1))
  useEffect(() => {
    if (rows !== undefined) keep(`home.${name}`, String(rows))
  }, [name, rows])
  return { height: Math.max(before, 1) * rowHeight }
}

/** Pixels of a row of these lists. */
const rowHeight = 32

function LastRuns({ runs, loading }: { readonly runs: readonly Run[]; readonly loading: boolean }) {
  const remembered = useRemembered('runs', loading ? undefined : runs.length)
  return (
    <section aria-label="Last runs">
      <PartTitle title="Last runs" to="/runs" more="All runs" />
      <div className="border-t border-line">
        {loading ? <Skeleton style={remembered} /> : null}
        {!loading && runs.length === 0 ? (
          <p className="py-4 text-sm text-ink-2">
            Nothing has run yet. Run an example below; it appears here while it happens.
          </p>
        ) : null}
        <ul aria-label="Last runs">
          {runs.map((run) => (
            <li
              key={run.id}
              className="relative flex h-8 items-center gap-3 border-b border-line px-1 text-sm hover:bg-hover"
            >
              <span className="w-[104px] shrink-0">
                <StateBadge state={run.state} />
              </span>
              <Link
                to="/runs/$id"
                params={{ id: run.id }}
                aria-label={`Run ${run.id} of ${run.playbook}`}
                className="truncate font-medium text-ink -outline-offset-1 before:absolute before:inset-0"
              >
                {run.playbook}
              </Link>
              <span className="hidden min-w-0 flex-1 truncate text-xs text-failed md:block">{run.error?.message}</span>
              <span className="ml-auto shrink-0 text-xs text-ink-3">
                <Ago at={run.createdAt} />
              </span>
              <span className="w-16 shrink-0 text-right">
                <Duration from={run.createdAt} to={run.endedAt} />
              </span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

const examplesShown = 6

function Examples() {
  const query = useQuery(playbooksQuery(useEnvironment()))
  const playbooks = (query.data ?? []).slice(0, examplesShown)
  return (
    <section aria-label="Playbooks to run">
      <PartTitle title="Run one of these" to="/playbooks" more="All playbooks" />
      {query.isPending ? <Skeleton className="h-40" /> : null}
      {query.data?.length === 0 ? (
        <p className="text-sm text-ink-2">
          No playbook is published here.{' '}
          <Link to="/playbooks/new" className="link">
            Write the first
          </Link>
          .
        </p>
      ) : null}
      <ul className="border-t border-line">
        {playbooks.map((playbook) => (
          <ExampleRow key={playbook.name} playbook={playbook} />
        ))}
      </ul>
    </section>
  )
}

function ExampleRow({ playbook }: { readonly playbook: PlaybookListed }) {
  const navigate = useNavigate()
  const { name, description, runs } = playbook
  return (
    <li className="flex min-h-12 items-center gap-3 border-b border-line px-1 py-1.5">
      <Button
        small
        aria-label={`Run ${name}`}
        icon={<Play size={13} />}
        onClick={() => void navigate({ to: '/playbooks/$name', params: { name }, search: { run: true } })}
      >
        Run
      </Button>
      <div className="min-w-0 flex-1">
        <Link
          to="/playbooks/$name"
          params={{ name }}
          className="block truncate text-sm font-medium text-ink hover:underline"
        >
          {name}
        </Link>
        <p className="truncate text-xs text-ink-2">{description}</p>
      </div>
      <span className="hidden sm:block">
        <RunDots runs={runs} />
      </span>
    </li>
  )
}

function DatasetsPart() {
  const query = useQuery({ ...datasetsQuery(useEnvironment()), refetchInterval: 15_000 })
  const remembered = useRemembered('datasets', query.data === undefined ? undefined : Math.min(query.data.length, 6))
  return (
    <section aria-label="Datasets">
      <PartTitle title="Datasets" to="/datasets" more="All datasets" />
      {query.isPending ? <Skeleton style={remembered} /> : null}
      {query.data?.length === 0 ? (
        <p className="text-sm text-ink-2">No rows yet: a playbook with a dataset.write step makes the first dataset.</p>
      ) : null}
      <ul className="border-t border-line">
        {(query.data ?? []).slice(0, 6).map((dataset) => (
          <li
            key={dataset.name}
            className="relative flex h-8 items-center gap-3 border-b border-line px-1 text-sm hover:bg-hover"
          >
            <Link
              to="/sql"
              hash={hashOf(selectFrom(dataset)) ?? ''}
              aria-label={`Query ${dataset.name}`}
              className="truncate font-medium text-ink -outline-offset-1 before:absolute before:inset-0"
            >
              {dataset.name}
            </Link>
            <span className="numeric ml-auto font-mono text-xs text-ink">
              {countFormat(dataset.rows)} <span className="text-ink-3">rows</span>
            </span>
            <span className="numeric w-20 text-right font-mono text-xs text-ink-3">{bytesFormat(dataset.bytes)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function NextSteps() {
  return (
    <section aria-label="Next steps">
      <PartTitle title="Next" />
      <ol className="flex flex-col gap-4 border-t border-line pt-3">
        <li>
          <p className="mb-1.5 text-sm text-ink">
            Write a playbook of your own: begin{' '}
            <Link to="/playbooks/new" className="link">
              with a template
            </Link>
            , or in a file.
          </p>
          <CodeBlock text={'millrace run my.yaml -i name=world'} label="command to run a file" />
        </li>
        <li>
          <p className="mb-1.5 text-sm text-ink">
            Ask about what it wrote, in{' '}
            <Link to="/sql" className="link">
              SQL
            </Link>{' '}
            here or in a terminal.
          </p>
          <CodeBlock text={'millrace query "SELECT count() FROM otel_logs"'} label="command to query" />
        </li>
        <li>
          <p className="mb-1.5 text-sm text-ink">Start it from anywhere over HTTP.</p>
          <CodeBlock
            text={`curl -X POST ${location.origin}/v1/runs \\\n  -H 'content-type: application/json' \\\n  -d '{"playbook": "quakes"}'`}
            label="command to start a run over HTTP"
          />
        </li>
      </ol>
    </section>
  )
}
