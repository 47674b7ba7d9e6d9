// Where a batch begins and ends is written down before it is stored, so that a replay after a crash makes the same batch
// with the same tokens, and ClickHouse takes each token once. One row is the batch in work; what a start finds there was
// cut short, and gets a name of its own until it is finished.

import type { Sql } from '@millrace/store'

export interface BatchBounds {
  /** Journal positions, both included. */
  readonly first: number
  readonly last: number
  readonly records: number
  /** When the youngest of them was appended: in a journal begun anew, the same positions are other, younger records. */
  readonly youngestAt: number
}

const current = 'current'

export async function writeBounds(sql: Sql, bounds: BatchBounds): Promise<void> {
  await sql.query(
    `INSERT INTO watch.batch (name, position_first, position_last, records, youngest_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (name) DO UPDATE SET position_first = $2, position_last = $3, records = $4, youngest_at = $5`,
    [current, bounds.first, bounds.last, bounds.records, bounds.youngestAt],
  )
}

/** The batches that were cut short, by an earlier crash or several. */
export async function interruptedBounds(sql: Sql): Promise<readonly BatchBounds[]> {
  await sql.query(
    'DELETE FROM watch.batch a USING watch.batch b WHERE a.name = b.position_first::text AND b.name = $1',
    [current],
  )
  await sql.query('UPDATE watch.batch SET name = position_first::text WHERE name = $1', [current])
  return sql.query<BatchBounds & object>(
    `SELECT position_first AS first, position_last AS last, records, youngest_at AS "youngestAt"
     FROM watch.batch ORDER BY position_first`,
  )
}

export async function forgetBounds(sql: Sql, bounds: BatchBounds): Promise<void> {
  await sql.query('DELETE FROM watch.batch WHERE name = $1', [String(bounds.first)])
}

/** After a stop in peace nothing is left to recover. */
export async function forgetCurrent(sql: Sql): Promise<void> {
  await sql.query('DELETE FROM watch.batch WHERE name = $1', [current])
}
