// Where facts become durable: many runs in one statement, each with the sequence number it expects. A run whose number has
// moved meanwhile is left out, and only that run; the database decides, so two dispatchers cannot both be right.

import type { Fact } from '@millrace/playbook'
import { type Batcher, batcher } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import type { RunSummary } from './contract.ts'
import { dispatchErrors } from './errors.ts'
import { dispatchLimits } from './limits.ts'

export interface Entry {
  readonly summary: RunSummary
  readonly key: string | undefined
  /** Facts the run had before these. */
  readonly seq: number
  readonly facts: readonly Fact[]
}

export interface Ledger {
  /** True when the facts are durable; false when the run has moved on (or exists already, for `seq` 0). */
  append(entry: Entry): Promise<boolean>
  /** All facts of a run, in order; empty when there is none. */
  load(runId: string): Promise<readonly Fact[]>
  drain(): Promise<void>
  /** Turns that wait for their commit. */
  readonly waiting: number
  /** Statements so far. */
  readonly commits: number
}

const appendSql = `
  WITH incoming AS (
    SELECT * FROM unnest(
      $1::text[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[],
      $10::bigint[], $11::integer[], $12::integer[], $13::integer[], $14::integer[], $15::integer[], $16::integer[],
      $17::text[], $18::text[]
    ) AS t (
      id, environment, playbook, version, state, trigger, started_by, key, created_at,
      ended_at, expected, seq, steps_total, steps_completed, steps_failed, steps_running,
      error, facts
    )
  ), created AS (
    INSERT INTO dispatch.run (
      id, environment, playbook, version, state, trigger, started_by, key, created_at, ended_at, seq,
      steps_total, steps_completed, steps_failed, steps_running, error
    )
    SELECT id, environment, playbook, version, state, trigger, started_by, key, created_at, ended_at, seq,
      steps_total, steps_completed, steps_failed, steps_running, error
    FROM incoming WHERE expected = 0
    ON CONFLICT DO NOTHING
    RETURNING id
  ), moved AS (
    UPDATE dispatch.run AS run SET
      state = i.state, ended_at = i.ended_at, seq = i.seq, steps_total = i.steps_total, error = i.error,
      steps_completed = i.steps_completed, steps_failed = i.steps_failed, steps_running = i.steps_running
    FROM incoming AS i
    WHERE i.expected > 0 AND run.environment = i.environment AND run.id = i.id AND run.seq = i.expected
    RETURNING run.id
  )
  INSERT INTO dispatch.history (run_id, seq, facts)
  SELECT id, expected + 1, facts FROM incoming
  WHERE id IN (SELECT id FROM created UNION ALL SELECT id FROM moved)
  RETURNING run_id`

export function createLedger(store: Store): Ledger {
  let commits = 0
  const commit: Batcher<Entry, boolean> = batcher(
    async (entries) => {
      commits++
      const rows = await store.query<{ run_id: string }>(appendSql, columnsOf(entries))
      if (rows.length === entries.length) return entries.map(() => true)
      const written = new Set(rows.map((row) => row.run_id))
      return entries.map((entry) => written.has(entry.summary.id))
    },
    {
      itemsMax: dispatchLimits.commitRunsMax,
      waitingMax: dispatchLimits.commitWaitingMax,
      overflow: () => dispatchErrors.overloaded(),
    },
  )
  return {
    append: (entry) => commit.submit(entry),
    async load(runId) {
      const rows = await store.query<{ facts: string }>(
        'SELECT facts FROM dispatch.history WHERE run_id = $1 ORDER BY seq',
        [runId],
      )
      return rows.flatMap((row) => JSON.parse(row.facts) as Fact[])
    },
    drain: () => commit.drain(),
    get waiting() {
      return commit.waiting
    },
    get commits() {
      return commits
    },
  }
}

/** One array a column: a statement of many rows that is parsed and planned once. */
function columnsOf(entries: readonly Entry[]): (string | number | null)[][] {
  const rows = entries.map(({ summary, key, seq, facts }) => [
    summary.id,
    summary.environment,
    summary.playbook,
    summary.version,
    summary.state,
    summary.trigger,
    summary.startedBy,
    key ?? null,
    summary.createdAt,
    summary.endedAt ?? null,
    seq,
    seq + facts.length,
    summary.steps.total,
    summary.steps.completed,
    summary.steps.failed,
    summary.steps.running,
    summary.error === undefined ? null : JSON.stringify(summary.error),
    // PostgreSQL's text cannot hold NUL; JSON writes it as an escape, so none is left in the text.
    JSON.stringify(facts),
  ])
  return Array.from({ length: 18 }, (_, column) => rows.map((row) => row[column] ?? null))
}
