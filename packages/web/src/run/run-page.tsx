// One run: its graph, its time, its log lines, what it was given and what it yielded; a failed run opens at the failure.

import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import type { StepAddress } from '../api/run.ts'
import { useEnvironment } from '../frame/environment.ts'
import { Empty } from '../ui/empty.tsx'
import { Page } from '../ui/page.tsx'
import { Trouble } from '../ui/problem.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Split } from '../ui/split.tsx'
import { TabView } from '../ui/tabs.tsx'
import { useWide } from '../ui/wide.ts'
import { DataView } from './data-view.tsx'
import { Gantt } from './gantt.tsx'
import { LogStream } from './log-stream.tsx'
import { graphTasks, stepToShow } from './run-graph.ts'
import { RunActions, RunFacts, RunFailure } from './run-header.tsx'
import { hasEnded, type RunModel, stepKey } from './run-model.ts'
import { type RunSearch, type RunView, readAddress, writeAddress } from './search.ts'
import { StepPanel } from './step-panel.tsx'
import { useRun } from './use-run.ts'

const TaskGraph = lazy(() => import('../graph/task-graph.tsx').then((module) => ({ default: module.TaskGraph })))

function helpOf(id: string) {
  return {
    about: 'a run',
    know: [
      'Choose a task or a step in the graph, the Gantt or by arrow keys: what it was given, answered and wrote opens below.',
      'Everything here is live. Cancel ends what goes on and skips the rest; pause lets running steps end and starts no other.',
      'A run is a trace, and its log lines are rows: SQL over otel_traces and otel_logs finds them by the trace id.',
    ],
    curl: `curl http://127.0.0.1:4400/v1/runs/${id}`,
    cli: `millrace logs -f ${id}\nmillrace cancel ${id}`,
  } as const
}

export function RunPage() {
  const { id } = useParams({ from: '/frame/runs/$id' })
  const environment = useEnvironment()
  const load = useRun(environment, id)
  if (load.kind === 'run') return <LoadedRun key={id} model={load.model} />
  return (
    <Page title="Run" help={helpOf(id)} fill>
      {load.kind === 'trouble' ? <Trouble error={load.error} again={load.reload} /> : null}
      {load.kind === 'loading' ? <RunSkeleton /> : null}
      {load.kind === 'absent' ? (
        <Empty
          title="There is no such run"
          sentence={`No run in ${environment} has the id ${id}. Runs are listed newest first, and found by any part of their id.`}
          action={
            <Link to="/runs" className="link text-sm">
              All runs
            </Link>
          }
        />
      ) : null}
    </Page>
  )
}

function RunSkeleton() {
  return (
    <div role="status" aria-label="Loading the run" className="flex min-h-64 flex-1 flex-col gap-3">
      <Skeleton className="h-5 w-96 max-w-full" />
      <Skeleton className="flex-1" />
    </div>
  )
}

interface Chosen {
  readonly task: string
  readonly step?: StepAddress | undefined
}

/** What is chosen stands in the address; a failed run begins at the step that failed. */
function useChosen(model: RunModel): {
  chosen: Chosen | undefined
  choose: (task: string, step?: StepAddress) => void
  close: () => void
} {
  const search = useSearch({ from: '/frame/runs/$id' })
  const navigate = useNavigate({ from: '/runs/$id' })
  const [closed, setClosed] = useState(false)
  const { error } = model.run
  const chosen = useMemo((): Chosen | undefined => {
    const step = readAddress(search.step)
    if (step !== undefined) return { task: step.task, step }
    if (search.task !== undefined) return { task: search.task }
    if (closed || error === null || error.task === null) return undefined
    if (error.step === null) return { task: error.task }
    return { task: error.task, step: { task: error.task, step: error.step, item: error.item ?? -1 } }
  }, [search.step, search.task, closed, error])
  const choose = useCallback(
    (task: string, step?: StepAddress) =>
      void navigate({
        replace: true,
        search: (before) => ({ ...viewOf(before), ...(step === undefined ? { task } : { step: writeAddress(step) }) }),
      }),
    [navigate],
  )
  const close = useCallback(() => {
    setClosed(true)
    void navigate({ replace: true, search: viewOf })
  }, [navigate])
  return { chosen, choose, close }
}

/** The address without what is chosen. */
function viewOf({ view }: RunSearch): RunSearch {
  return view === undefined ? {} : { view }
}

function LoadedRun({ model }: { readonly model: RunModel }) {
  const { run } = model
  const wide = useWide()
  const { chosen, choose, close } = useChosen(model)
  return (
    <Page
      title={`${run.playbook} · run`}
      fill
      help={helpOf(run.id)}
      heading={
        <Link to="/playbooks/$name" params={{ name: run.playbook }} className="hover:underline">
          {run.playbook}
        </Link>
      }
      aside={<RunFacts run={run} />}
      actions={<RunActions run={run} />}
    >
      {run.error === null ||
      (chosen?.step !== undefined && chosen.step.step === run.error.step && chosen.task === run.error.task) ? null : (
        <RunFailure error={run.error} onShow={choose} />
      )}
      {wide ? (
        <div className="panel min-h-0 flex-1 overflow-hidden">
          <WideRun model={model} chosen={chosen} choose={choose} close={close} />
        </div>
      ) : (
        <NarrowRun model={model} chosen={chosen} choose={choose} close={close} />
      )}
    </Page>
  )
}

interface PanesProps {
  readonly model: RunModel
  readonly chosen: Chosen | undefined
  readonly choose: (task: string, step?: StepAddress) => void
  readonly close: () => void
}

function WideRun({ model, chosen, choose, close }: PanesProps) {
  const above = (
    <Split
      name="run"
      label="Width of the graph"
      direction="row"
      initial={42}
      first={<RunGraph model={model} chosen={chosen} choose={choose} />}
      second={<Views model={model} chosen={chosen} choose={choose} withGraph={false} />}
    />
  )
  if (chosen?.step === undefined) return above
  return (
    <Split
      name="step"
      label="Height of the graph"
      direction="column"
      initial={54}
      first={above}
      second={<StepPanel key={stepKey(chosen.step)} model={model} at={chosen.step} onClose={close} />}
    />
  )
}

function NarrowRun({ model, chosen, choose, close }: PanesProps) {
  return (
    <div className="flex flex-col gap-3">
      {chosen?.step === undefined ? null : (
        <div className="panel max-h-[80dvh] overflow-hidden overflow-y-auto">
          <StepPanel key={stepKey(chosen.step)} model={model} at={chosen.step} onClose={close} />
        </div>
      )}
      <div className="panel h-[70dvh] min-h-96 overflow-hidden">
        <Views model={model} chosen={chosen} choose={choose} withGraph />
      </div>
    </div>
  )
}

function Views({ model, chosen, choose, withGraph }: Omit<PanesProps, 'close'> & { readonly withGraph: boolean }) {
  const { run } = model
  const { view } = useSearch({ from: '/frame/runs/$id' })
  const navigate = useNavigate({ from: '/runs/$id' })
  const usual: RunView = withGraph ? 'graph' : 'gantt'
  const shown = view === undefined || (view === 'graph' && !withGraph) ? usual : view
  const live = !hasEnded(run.state)
  const graph = {
    value: 'graph' as const,
    label: 'Graph',
    content: <RunGraph model={model} chosen={chosen} choose={choose} />,
  }
  return (
    <TabView
      label="Views of the run"
      value={shown}
      onChange={(next) => void navigate({ replace: true, search: (before) => ({ ...before, view: next }) })}
      className="h-full"
      tabs={[
        ...(withGraph ? [graph] : []),
        { value: 'gantt', label: 'Gantt', content: <Gantt model={model} chosen={chosen} onChoose={choose} /> },
        {
          value: 'logs',
          label: 'Logs',
          content: <LogStream runId={run.id} live={live} label="Log lines of the run" />,
        },
        { value: 'data', label: 'Inputs and outputs', content: <RunData model={model} /> },
      ]}
    />
  )
}

function RunGraph({ model, chosen, choose }: Omit<PanesProps, 'close'>) {
  const tasks = useMemo(() => graphTasks(model), [model])
  const latest = model.steps
  const onChoose = useCallback(
    (task: string, step?: string) => {
      if (step === undefined) choose(task)
      else choose(task, stepToShow(latest, task, step))
    },
    [choose, latest],
  )
  const mark = useMemo(
    () => (chosen === undefined ? undefined : { task: chosen.task, step: chosen.step?.step }),
    [chosen],
  )
  return (
    <Suspense fallback={<Skeleton className="size-full" />}>
      <TaskGraph label="Run graph" tasks={tasks} chosen={mark} onChoose={onChoose} />
    </Suspense>
  )
}

function RunData({ model }: { readonly model: RunModel }) {
  const { inputs, outputs } = model.run
  return (
    <div className="grid h-full min-h-0 grid-rows-2 divide-y divide-line">
      <section aria-label="Inputs" className="flex min-h-0 flex-col">
        <h2 className="px-3 pt-2 text-xs font-medium text-ink-2">Inputs</h2>
        <DataView value={inputs} label="Inputs" />
      </section>
      <section aria-label="Outputs" className="flex min-h-0 flex-col">
        <h2 className="px-3 pt-2 text-xs font-medium text-ink-2">Outputs</h2>
        <DataView value={outputs} label="Outputs" />
      </section>
    </div>
  )
}
