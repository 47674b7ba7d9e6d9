// The chosen step: what went wrong and where, what it was given, what it answered, each attempt, its log lines.

import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { type RunStepDetail, type StepAddress, stepQuery } from '../api/run.ts'
import { useEnvironment } from '../frame/environment.ts'
import { IconButton } from '../ui/button.tsx'
import { Duration } from '../ui/clock.tsx'
import { Problem, Trouble } from '../ui/problem.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StateBadge } from '../ui/state-mark.tsx'
import { TabView } from '../ui/tabs.tsx'
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

type StepView = 'output' | 'input' | 'attempts' | 'logs'

export function StepPanel({ model, at, onClose }: StepPanelProps) {
  const { run, steps } = model
  const environment = useEnvironment()
  const known = steps.get(stepKey(at))
  const version = `${known?.state} ${known?.round} ${known?.attempt}`
  const query = useQuery(stepQuery({ environment, id: run.id }, at, version))
  const [view, setView] = useState<StepView>('output')
  const { task, item, step: stepId } = at
  const scope = useMemo(() => ({ task, step: stepId, item }), [task, stepId, item])
  const detail = query.data
  const state = known?.state ?? detail?.state
  return (
    <section aria-label={`Step ${stepLabel(at)} of ${at.task}`} className="flex h-full min-h-0 flex-col overflow-y-auto bg-surface md:overflow-hidden">
      <div className="flex h-10 shrink-0 items-center gap-3 border-b border-line pr-1 pl-3">
        {state === undefined ? null : <StateBadge state={state} />}
        <h2 className="truncate text-sm font-medium text-ink">
          <span className="text-ink-3">{at.task} / </span>
          {stepLabel(at)}
        </h2>
        <span className="font-mono text-xs text-ink-3">{known?.plugin ?? detail?.plugin}</span>
        {known === undefined ? null : <Duration from={known.startedAt} to={known.endedAt} />}
        <span className="hidden truncate font-mono text-xs text-ink-3 sm:inline">{known?.worker}</span>
        <span className="ml-auto">
          <IconButton label="Close step" onClick={onClose}>
            <X size={15} />
          </IconButton>
        </span>
      </div>
      {query.isPending ? <Skeleton className="m-3 h-24" /> : null}
      {query.isError ? <Trouble error={query.error} again={() => void query.refetch()} /> : null}
      {detail === null ? <p className="p-4 text-sm text-ink-2">This step has not begun.</p> : null}
      {detail === undefined || detail === null ? null : (
        <>
          <StepError detail={detail} text={run.text} />
          <TabView
            label="Views of the step"
            value={view}
            onChange={setView}
            className="flex-1"
            tabs={[
              { value: 'output', label: 'Output', content: <DataView value={detail.output} label="Output" cut={detail.truncated} /> },
              { value: 'input', label: 'Input', content: <DataView value={detail.input} label="Input" cut={detail.truncated} /> },
              { value: 'attempts', label: 'Attempts', aside: <Count count={detail.attempts.length} />, content: <Attempts attempts={detail.attempts} /> },
              {
                value: 'logs',
                label: 'Logs',
                content: (
                  <div className="h-full min-h-64">
                    <LogStream runId={run.id} live={!hasEnded(run.state)} scope={scope} label="Log lines of the step" />
                  </div>
                ),
              },
            ]}
          />
        </>
      )}
    </section>
  )
}

function Count({ count }: { readonly count: number }) {
  return <span className="numeric font-mono text-xs text-ink-3">{count}</span>
}

/** What went wrong, beside the lines of the playbook that it comes from. */
function StepError({ detail, text }: { readonly detail: RunStepDetail; readonly text: string }) {
  const { error } = detail
  if (error === null) return null
  const line = findStepLine(text, detail.task, detail.step)
  return (
    <div className="grid shrink-0 gap-3 border-b border-line p-3 lg:grid-cols-2">
      <Problem code={error.code} message={error.message} todo={error.retryable ? 'Trying again can help.' : undefined} />
      {line === undefined ? null : (
        <figure aria-label="Where it comes from" className="min-w-0 overflow-x-auto rounded-md border border-line bg-sunken py-1 font-mono text-xs leading-5">
          {excerpt(text, line).map(({ number, text: content, here }) => (
            <div key={number} className={here ? 'bg-failed-wash' : undefined}>
              <span className="numeric inline-block w-10 pr-3 text-right text-ink-3 select-none">{number}</span>
              <span className="whitespace-pre text-ink">{content}</span>
            </div>
          ))}
        </figure>
      )}
    </div>
  )
}
