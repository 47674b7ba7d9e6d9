// What the store knows: each dataset's schema and version, and what became of each batch.

import type { JsonObject } from '@millrace/stdx'
import type { Sql, Store } from '@millrace/store'
import { datasetsListedMax } from './limits.ts'

export interface DatasetKey {
  readonly environment: string
  readonly dataset: string
}

export interface DatasetRecord {
  readonly version: number
  /** By a person; otherwise inferred from events. */
  readonly given: boolean
  readonly schema: JsonObject
}

export interface Outcome {
  readonly stored: number
  readonly rejected: number
}

interface Row {
  readonly version: number
  readonly given: boolean
  readonly schema: string
}

export async function readDataset(sql: Sql, key: DatasetKey): Promise<DatasetRecord | undefined> {
  const [row] = await sql.query<Row>(
    'SELECT version, given, schema FROM refine.dataset WHERE environment = $1 AND name = $2',
    [key.environment, key.dataset],
  )
  return row === undefined ? undefined : { ...row, schema: JSON.parse(row.schema) as JsonObject }
}

/** Writes the version after `before`; false when somebody else did so first. */
export async function writeDataset(
  sql: Sql,
  key: DatasetKey,
  before: DatasetRecord | undefined,
  after: Omit<DatasetRecord, 'version'>,
  nowMs: number,
): Promise<boolean> {
  const schema = JSON.stringify(after.schema)
  const rows =
    before === undefined
      ? await sql.query(
          `INSERT INTO refine.dataset (environment, name, version, given, schema, created_at, updated_at)
           VALUES ($1, $2, 1, $3, $4, $5, $5) ON CONFLICT DO NOTHING RETURNING version`,
          [key.environment, key.dataset, after.given, schema, nowMs],
        )
      : await sql.query(
          `UPDATE refine.dataset SET version = version + 1, given = $3, schema = $4, updated_at = $5
           WHERE environment = $1 AND name = $2 AND version = $6 RETURNING version`,
          [key.environment, key.dataset, after.given, schema, nowMs, before.version],
        )
  return rows.length === 1
}

export async function readOutcome(sql: Sql, key: DatasetKey, token: string): Promise<Outcome | undefined> {
  const [row] = await sql.query<{ stored: number; rejected: number }>(
    'SELECT stored, rejected FROM refine.batch WHERE environment = $1 AND dataset = $2 AND token = $3',
    [key.environment, key.dataset, token],
  )
  return row
}

export async function writeOutcome(
  store: Store,
  key: DatasetKey,
  token: string,
  outcome: Outcome,
  nowMs: number,
): Promise<void> {
  await store.query(
    `WITH touched AS (UPDATE refine.dataset SET updated_at = $6 WHERE environment = $1 AND name = $2)
     INSERT INTO refine.batch (environment, dataset, token, stored, rejected, at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING`,
    [key.environment, key.dataset, token, outcome.stored, outcome.rejected, nowMs],
  )
}

export async function pruneOutcomes(sql: Sql, beforeMs: number): Promise<void> {
  await sql.query('DELETE FROM refine.batch WHERE at < $1', [beforeMs])
}

export interface DatasetEntry {
  readonly name: string
  readonly schema: JsonObject
  readonly updatedAt: number
}

export async function listDatasets(sql: Sql, environment: string): Promise<readonly DatasetEntry[]> {
  const rows = await sql.query<{ name: string; schema: string; updated_at: number }>(
    'SELECT name, schema, updated_at FROM refine.dataset WHERE environment = $1 ORDER BY name LIMIT $2',
    [environment, datasetsListedMax],
  )
  return rows.map((row) => ({
    name: row.name,
    schema: JSON.parse(row.schema) as JsonObject,
    updatedAt: row.updated_at,
  }))
}
