// The chosen step: what went wrong and where, what it was given, what it answered, each attempt, its log lines.

import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { type RunDetail, type RunStep, type RunStepDetail, type StepAddress, stepQuery } from '../api/run.ts'
import type { RunError } from '../api/runs.ts'
import { useEnvironment } from '../frame/environment.ts'
import { IconButton } from '../ui/button.tsx'
import { Duration } from '../ui/clock.tsx'
import { Problem, Trouble } from '../ui/problem.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StateBadge } from '../ui/state-mark.tsx'
import { type Tab, TabView } from '../ui/tabs.tsx'
import { Attempts } from './attempts.tsx'
import { DataView } from './data-view.tsx'
import { stepLabel } from './gantt-rows.ts'
import { LogStream } from './log-stream.tsx'
import { hasEnded, type RunModel, stepKey } from './run-model.ts'
import { excerpt, findStepLine } from './source-excerpt.ts'

interface StepPanelProps {
  readonly model: RunModel
  readonly at: StepAddress
  readonly onClose: () => void
}

type StepView = 'error' | 'output' | 'input' | 'attempts' | 'logs'

export function StepPanel({ model, at, onClose }: StepPanelProps) {
  const { run, steps } = model
  const environment = useEnvironment()
  const known = steps.get(stepKey(at))
  const version = `${known?.state} ${known?.round} ${known?.attempt}`
  const query = useQuery(stepQuery({ environment, id: run.id }, at, version))
  const detail = query.data
  return (
    <section
      aria-label={`Step ${stepLabel(at)} of ${at.task}`}
      className="flex h-full min-h-0 flex-col overflow-y-auto bg-surface md:overflow-hidden"
    >
      <StepHead at={at} step={known ?? detail ?? undefined} onClose={onClose} />
      {query.isPending ? <Skeleton className="m-3 h-24" /> : null}
      {query.isError ? <Trouble error={query.error} again={() => void query.refetch()} /> : null}
      {detail === null ? <p className="p-4 text-sm text-ink-2">This step has not begun.</p> : null}
      {detail === undefined || detail === null ? null : <StepViews run={run} at={at} detail={detail} />}
    </section>
  )
}

interface StepHeadProps {
  readonly at: StepAddress
  readonly step: RunStep | undefined
  readonly onClose: () => void
}

function StepHead({ at, step, onClose }: StepHeadProps) {
  return (
    <div className="flex h-10 shrink-0 items-center gap-3 border-b border-line pr-1 pl-3">
      {step === undefined ? null : <StateBadge state={step.state} />}
      <h2 className="truncate text-sm font-medium text-ink">
        <span className="text-ink-3">{at.task} / </span>
        {stepLabel(at)}
      </h2>
      <span className="font-mono text-xs text-ink-3">{step?.plugin}</span>
      {step === undefined ? null : <Duration from={step.startedAt} to={step.endedAt} />}
      <span className="hidden truncate font-mono text-xs text-ink-3 sm:inline">{step?.worker}</span>
      <span className="ml-auto">
        <IconButton label="Close step" onClick={onClose}>
          <X size={15} />
        </IconButton>
      </span>
    </div>
  )
}

interface StepViewsProps {
  readonly run: RunDetail
  readonly at: StepAddress
  readonly detail: RunStepDetail
}

/** A step that failed opens at its error. */
function StepViews({ run, at, detail }: StepViewsProps) {
  const [chosen, setChosen] = useState<StepView>()
  const { task, item, step } = at
  const scope = useMemo(() => ({ task, step, item }), [task, step, item])
  const { error, output, input, truncated, attempts } = detail
  const usual = error === null ? 'output' : 'error'
  const live = !hasEnded(run.state)
  const tabs: readonly Tab<StepView>[] = [
    {
      value: 'output',
      label: 'Output',
      content: <DataView value={output} label="Output" cut={truncated} />,
    },
    { value: 'input', label: 'Input', content: <DataView value={input} label="Input" cut={truncated} /> },
    {
      value: 'attempts',
      label: 'Attempts',
      aside: <Count count={attempts.length} />,
      content: <Attempts attempts={attempts} />,
    },
    {
      value: 'logs',
      label: 'Logs',
      content: (
        <div className="h-full min-h-64">
          <LogStream runId={run.id} live={live} scope={scope} label="Log lines of the step" />
        </div>
      ),
    },
  ]
  const line = findStepLine(run.text, task, step)
  const failure: readonly Tab<StepView>[] =
    error === null
      ? []
      : [{ value: 'error', label: 'Error', content: <StepError error={error} line={line} text={run.text} /> }]
  return (
    <TabView
      label="Views of the step"
      value={chosen === undefined || (chosen === 'error' && error === null) ? usual : chosen}
      onChange={setChosen}
      className="flex-1"
      tabs={[...failure, ...tabs]}
    />
  )
}

function Count({ count }: { readonly count: number }) {
  return <span className="numeric font-mono text-xs text-ink-3">{count}</span>
}

/** What went wrong, beside the lines of the playbook that it comes from. */
function StepError({
  error,
  line,
  text,
}: {
  readonly error: RunError
  readonly line: number | undefined
  readonly text: string
}) {
  return (
    // scrollable regions must be reachable by keyboard
    <div
      tabIndex={0}
      role="group"
      aria-label="Error"
      className="grid h-full content-start gap-3 overflow-y-auto p-3 lg:grid-cols-2"
    >
      <div>
        <Problem
          code={error.code}
          message={error.message}
          todo={error.retryable ? 'Trying again can help.' : undefined}
        />
      </div>
      {line === undefined ? null : (
        <figure
          aria-label="Where it comes from"
          tabIndex={0}
          className="min-w-0 overflow-x-auto rounded-md border border-line bg-sunken py-1 font-mono text-xs leading-5"
        >
          {excerpt(text, line).map(({ number, text: content, here }) => (
            <div key={number} className={here ? 'flex min-w-fit bg-failed-wash' : 'flex min-w-fit'}>
              <span className="numeric w-10 shrink-0 pr-3 text-right text-ink-3 select-none">{number}</span>
              <span className="pr-3 whitespace-pre text-ink">{content}</span>
            </div>
          ))}
        </figure>
      )}
    </div>
  )
}
