// A run is a trace: the run is the root span, tasks are its children, calls of steps are theirs. Spans are a pure function
// of facts, with ids made from the addresses, so writing one twice writes the same span.

import type { Fact, RunError, StepAddress } from './fact.ts'
import { hashHex64 } from './hash.ts'
import type { Run } from './run-state.ts'

export interface RunSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly startedAt: number
  readonly endedAt: number
  readonly status: 'ok' | 'error' | 'unset'
  readonly message: string
  readonly attributes: Readonly<Record<string, string>>
}

export function runSpanId(runId: string): string {
  return hashHex64(runId)
}

export function taskSpanId(runId: string, task: string): string {
  return hashHex64(`${runId}/${task}`)
}

/** One span a call: attempts and rounds are spans of their own. */
export function callSpanId(runId: string, at: Omit<StepAddress, 'fence'>): string {
  return hashHex64(`${runId}/${at.task}/${at.item}/${at.step}/${at.round}/${at.attempt}`)
}

/** The span that a fact ends, if it ends one. `run` has folded the fact already. */
export function spanOf(run: Run, fact: Fact): RunSpan | undefined {
  const { traceId } = run
  const shared = { 'millrace.run.id': run.id, 'millrace.playbook': run.playbook.name }
  switch (fact.type) {
    case 'run.completed':
    case 'run.failed':
    case 'run.cancelled':
      return {
        traceId,
        spanId: runSpanId(run.id),
        parentSpanId: '',
        name: run.playbook.name,
        startedAt: run.createdAt,
        endedAt: fact.at,
        ...statusOf(fact.type === 'run.failed' ? fact.error : undefined, fact.type === 'run.completed'),
        attributes: {
          ...shared,
          'millrace.playbook.version': String(run.version),
          'millrace.trigger': run.trigger.kind,
        },
      }
    case 'task.completed':
    case 'task.failed':
    case 'task.cancelled':
      return {
        traceId,
        spanId: taskSpanId(run.id, fact.task),
        parentSpanId: runSpanId(run.id),
        name: fact.task,
        startedAt: run.tasks.get(fact.task)?.startedAt ?? fact.at,
        endedAt: fact.at,
        ...statusOf(fact.type === 'task.failed' ? fact.error : undefined, fact.type === 'task.completed'),
        attributes: { ...shared, 'millrace.task': fact.task },
      }
    case 'step.completed':
    case 'step.failed':
      return {
        traceId,
        spanId: callSpanId(run.id, fact),
        parentSpanId: taskSpanId(run.id, fact.task),
        name: `${fact.task}.${fact.step}`,
        startedAt: fact.startedAt,
        endedAt: fact.at,
        ...statusOf(fact.type === 'step.failed' ? fact.error : undefined, fact.type === 'step.completed'),
        attributes: { ...shared, ...stepAttributes(run, fact, fact.worker) },
      }
    default:
      return undefined
  }
}

function statusOf(error: RunError | undefined, ok: boolean): Pick<RunSpan, 'status' | 'message'> {
  if (error !== undefined) return { status: 'error', message: `${error.code}: ${error.message}`.slice(0, 1024) }
  return { status: ok ? 'ok' : 'unset', message: '' }
}

function stepAttributes(run: Run, at: StepAddress, worker: string | undefined): Record<string, string> {
  const plugin = run.tasks.get(at.task)?.spec.steps.find((step) => step.id === at.step)?.plugin
  return {
    'millrace.task': at.task,
    'millrace.step': at.step,
    'millrace.attempt': String(at.attempt),
    ...(at.item < 0 ? {} : { 'millrace.item': String(at.item) }),
    ...(at.round === 0 ? {} : { 'millrace.round': String(at.round) }),
    ...(plugin === undefined ? {} : { 'millrace.plugin': plugin }),
    ...(worker === undefined ? {} : { 'millrace.worker': worker }),
  }
}
