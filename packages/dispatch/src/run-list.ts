// Lists and counts of runs, straight from their rows.

import type { Store } from '@millrace/store'
import type { Page, Paged, RunFilter, RunState, RunSummary } from './contract.ts'
import { dispatchErrors } from './errors.ts'
import { cursorRead, cursorWrite, limitOf } from './page.ts'
import { type RunRow, runColumns, summaryOfRow } from './summary.ts'

/** Newest first: ids sort by birth. */
export async function listRuns(
  store: Store,
  environment: string,
  filter: RunFilter,
  page: Page,
): Promise<Paged<RunSummary>> {
  const limit = limitOf(page)
  const rows = await store.query<RunRow>(
    `SELECT ${runColumns} FROM dispatch.run
     WHERE environment = $1 AND ($2::text IS NULL OR id < $2) AND ($3::text IS NULL OR playbook = $3)
       AND ($4::text[] IS NULL OR state = ANY($4)) AND ($5::text IS NULL OR id ILIKE $5 OR playbook ILIKE $5)
       AND ($6::bigint IS NULL OR created_at > $6) AND ($7::bigint IS NULL OR created_at < $7)
     ORDER BY id DESC LIMIT $8`,
    [
      environment,
      cursorRead(page.cursor) ?? null,
      filter.playbook ?? null,
      filter.states === undefined || filter.states.length === 0 ? null : filter.states,
      filter.search === undefined || filter.search === '' ? null : `%${filter.search.replaceAll(/[\\%_]/g, '\\$&')}%`,
      filter.createdAfter ?? null,
      filter.createdBefore ?? null,
      limit + 1,
    ],
  )
  const items = rows.slice(0, limit).map(summaryOfRow)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? cursorWrite(last.id) : undefined }
}

export async function countRuns(
  store: Store,
  environment: string,
  playbook?: string,
): Promise<Readonly<Partial<Record<RunState, number>>>> {
  const rows = await store.query<{ state: RunState; count: number }>(
    `SELECT state, count(*) AS count FROM dispatch.run
     WHERE environment = $1 AND ($2::text IS NULL OR playbook = $2) GROUP BY state`,
    [environment, playbook ?? null],
  )
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]))
}

export async function oneRun(store: Store, environment: string, id: string): Promise<RunSummary> {
  const rows = await store.query<RunRow>(`SELECT ${runColumns} FROM dispatch.run WHERE id = $1 AND environment = $2`, [
    id,
    environment,
  ])
  const row = rows[0]
  if (row === undefined) throw dispatchErrors.run_not_found(`No run ${id.slice(0, 60)} in environment ${environment}.`)
  return summaryOfRow(row)
}
