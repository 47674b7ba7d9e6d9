// A run as screens and machines see it, from its folded state or from its row.

import { type Run, type RunError, traceIdOf } from '@millrace/playbook'
import type { RunState, RunSummary } from './contract.ts'

export function summaryOf(run: Run, environment: string): RunSummary {
  return {
    id: run.id,
    environment,
    playbook: run.playbook.name,
    version: run.version,
    state: run.phase,
    trigger: run.trigger.kind,
    startedBy: run.by,
    createdAt: run.createdAt,
    endedAt: run.endedAt,
    steps: { ...run.steps },
    error: run.error,
    traceId: run.traceId,
  }
}

export interface RunRow {
  readonly id: string
  readonly environment: string
  readonly playbook: string
  readonly version: number
  readonly state: RunState
  readonly trigger: RunSummary['trigger']
  readonly started_by: string
  readonly created_at: number
  readonly ended_at: number | null
  readonly steps_total: number
  readonly steps_completed: number
  readonly steps_failed: number
  readonly steps_running: number
  readonly error: string | null
}

export const runColumns =
  'id, environment, playbook, version, state, trigger, started_by, created_at, ended_at, steps_total, steps_completed, steps_failed, steps_running, error'

export function summaryOfRow(row: RunRow): RunSummary {
  return {
    id: row.id,
    environment: row.environment,
    playbook: row.playbook,
    version: row.version,
    state: row.state,
    trigger: row.trigger,
    startedBy: row.started_by,
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
    steps: {
      total: row.steps_total,
      completed: row.steps_completed,
      failed: row.steps_failed,
      running: row.steps_running,
    },
    error: row.error === null ? undefined : (JSON.parse(row.error) as RunError),
    traceId: traceIdOf(row.id),
  }
}
