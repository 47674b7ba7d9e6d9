// The head of a run: its state in words, the facts about it, what can be done with it, and what made it fail.

import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ban, CirclePause, Play, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { request } from '../api/client.ts'
import { playbookQuery } from '../api/playbooks.ts'
import type { RunDetail, StepAddress } from '../api/run.ts'
import {
  cancelRunOperation,
  pauseRunOperation,
  type RunError,
  rerunOperation,
  resumeRunOperation,
} from '../api/runs.ts'
import { countFormat, plural } from '../format/number.ts'
import { useEnvironment } from '../frame/environment.ts'
import { RunDialog } from '../playbooks/run-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { Ago, Duration } from '../ui/clock.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { notify } from '../ui/notices.tsx'
import { Problem } from '../ui/problem.tsx'
import { StateBadge } from '../ui/state-mark.tsx'
import { hasEnded } from './run-model.ts'

export function RunFacts({ run }: { readonly run: RunDetail }) {
  const { steps } = run
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-2">
      <span role="status" aria-label="Run state" className="inline-flex">
        <StateBadge state={run.state} strong />
      </span>
      <span className="font-mono">v{run.version}</span>
      <Duration from={run.createdAt} to={run.endedAt} />
      <span>
        {run.trigger} by {run.startedBy}, <Ago at={run.createdAt} />
      </span>
      <span className="numeric">
        {plural(steps.completed, 'step')} done of {countFormat(steps.total)}
        {steps.failed > 0 ? <span className="text-failed">, {steps.failed} failed</span> : null}
      </span>
      <span className="inline-flex items-center font-mono text-ink-3">
        {run.id}
        <CopyButton text={run.id} label="Copy run id" />
      </span>
    </div>
  )
}

export function RunActions({ run }: { readonly run: RunDetail }) {
  const environment = useEnvironment()
  const navigate = useNavigate()
  const [again, setAgain] = useState(false)
  const of = { environment, id: run.id }
  const failed = (thrown: unknown) =>
    notify({ tone: 'bad', text: thrown instanceof Error ? thrown.message : String(thrown) })
  const cancel = useMutation({ mutationFn: () => request(cancelRunOperation, of), onError: failed })
  const pause = useMutation({ mutationFn: () => request(pauseRunOperation, of), onError: failed })
  const resume = useMutation({ mutationFn: () => request(resumeRunOperation, of), onError: failed })
  const rerun = useMutation({
    mutationFn: () => request(rerunOperation, { ...of, inputs: null }),
    onSuccess: ({ rerun: made }) => void navigate({ to: '/runs/$id', params: { id: made.id } }),
    onError: failed,
  })
  if (hasEnded(run.state)) {
    return (
      <>
        <Button onClick={() => setAgain(true)}>Run with other inputs…</Button>
        <Button kind="main" icon={<RotateCw size={14} />} busy={rerun.isPending} onClick={() => rerun.mutate()}>
          Run again
        </Button>
        {again ? <RunAgainDialog run={run} close={() => setAgain(false)} /> : null}
      </>
    )
  }
  return (
    <>
      {run.state === 'paused' ? (
        <Button icon={<Play size={14} />} busy={resume.isPending} onClick={() => resume.mutate()}>
          Resume
        </Button>
      ) : (
        <Button icon={<CirclePause size={14} />} busy={pause.isPending} onClick={() => pause.mutate()}>
          Pause
        </Button>
      )}
      <Button kind="danger" icon={<Ban size={14} />} busy={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel run
      </Button>
    </>
  )
}

function RunAgainDialog({ run, close }: { readonly run: RunDetail; readonly close: () => void }) {
  const { data: playbook } = useQuery(playbookQuery(useEnvironment(), run.playbook, run.version))
  if (playbook === undefined || playbook === null) return null
  return (
    <RunDialog
      open
      playbook={run.playbook}
      version={run.version}
      inputs={playbook.inputs}
      given={run.inputs}
      onOpenChange={(open) => {
        if (!open) close()
      }}
    />
  )
}

/** One sentence that says what went wrong, and leads there. */
export function RunFailure({
  error,
  onShow,
}: {
  readonly error: RunError
  readonly onShow: (task: string, step?: StepAddress) => void
}) {
  const { task, step, item } = error
  return (
    <div className="pb-3">
      <Problem code={error.code} message={error.message}>
        {task === null ? undefined : (
          <Button small onClick={() => onShow(task, step === null ? undefined : { task, step, item: item ?? -1 })}>
            Show {task}
            {step === null ? '' : ` / ${step}`}
          </Button>
        )}
      </Problem>
    </div>
  )
}
