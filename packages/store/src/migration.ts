// Schemas grow by numbered scripts, once each. Two processes may start on one database at the same time, and an older
// program may meet a newer schema: the first must wait, the second must refuse rather than guess.

import { createHash } from 'node:crypto'
import { invariant } from '@millrace/stdx'
import type { Migration, Sql, Store, Transaction } from './contract.ts'
import { storeErrors } from './errors.ts'

/** Any number does, as long as every Millrace takes the same: "mill". */
const advisoryLock = 0x6d696c6c

/** A script may rebuild a table; the limit on ordinary statements is not for it. */
const prelude = `SELECT pg_advisory_xact_lock(${advisoryLock}); SET LOCAL statement_timeout = 0`

const ledger = `
  CREATE SCHEMA IF NOT EXISTS millrace;
  CREATE TABLE millrace.migration (
    room text NOT NULL,
    version int4 NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    PRIMARY KEY (room, version)
  )`

interface Applied {
  readonly room: string
  readonly version: number
  readonly name: string
  readonly checksum: string
}

/**
 * Brings the rooms of `migrations` to their last version, each migration in a transaction of its own. Rooms that are
 * not mentioned are left alone. `store.migration_changed` when a script differs from the one that was applied, or the
 * database has a version that is not in the list.
 */
export async function migrate(store: Store, migrations: readonly Migration[]): Promise<void> {
  checkOrder(migrations)
  const applied = await locked(store, async (sql) => {
    await ensureLedger(sql)
    return readLedger(sql)
  })
  checkApplied(migrations, applied)
  const known = new Set(applied.map(keyOf))
  for (const migration of migrations) {
    if (!known.has(keyOf(migration))) await locked(store, (sql) => apply(sql, migration))
  }
}

function locked<T>(store: Store, work: (sql: Transaction) => Promise<T>): Promise<T> {
  return store.transaction(async (sql) => {
    await sql.script(prelude)
    return work(sql)
  })
}

/**
 * Asked of the catalogue by a query: `IF NOT EXISTS` looks into a cache, which the advisory lock does not refresh, and
 * may not know yet what whoever held the lock before has made.
 */
async function ensureLedger(sql: Transaction): Promise<void> {
  const found = await sql.query(
    "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'millrace' AND tablename = 'migration'",
  )
  if (found.length === 0) await sql.script(ledger)
}

/** Reads again under the lock: another process may have been first. */
async function apply(sql: Transaction, migration: Migration): Promise<void> {
  const applied = await readLedger(sql)
  checkApplied(
    [migration],
    applied.filter((row) => row.room === migration.room && row.version <= migration.version),
  )
  if (applied.some((row) => keyOf(row) === keyOf(migration))) return
  await sql.script(migration.script)
  await sql.query('INSERT INTO millrace.migration (room, version, name, checksum) VALUES ($1, $2, $3, $4)', [
    migration.room,
    migration.version,
    migration.name,
    checksumOf(migration),
  ])
}

function readLedger(sql: Sql): Promise<Applied[]> {
  return sql.query<Applied>('SELECT room, version, name, checksum FROM millrace.migration ORDER BY room, version')
}

function checkApplied(migrations: readonly Migration[], applied: readonly Applied[]): void {
  const byKey = new Map(migrations.map((migration) => [keyOf(migration), migration]))
  const rooms = new Map<string, number>()
  for (const { room, version } of migrations) rooms.set(room, Math.max(version, rooms.get(room) ?? 0))
  for (const row of applied) {
    const last = rooms.get(row.room)
    const migration = byKey.get(keyOf(row))
    if (last === undefined || (migration === undefined && row.version < last)) continue
    const place = `The schema of \`${row.room}\``
    if (migration === undefined) {
      throw storeErrors.migration_changed(
        `${place} in this database is at version ${row.version} (${row.name}); this Millrace knows it up to ${last}. Start the version of Millrace that made it, or a newer one.`,
        { details: { room: row.room, version: row.version, known: last } },
      )
    }
    if (checksumOf(migration) !== row.checksum) {
      throw storeErrors.migration_changed(
        `${place} was made with another script for version ${row.version} (${row.name}) than the one this Millrace has. Start the version of Millrace that made it, or a newer one.`,
        { details: { room: row.room, version: row.version } },
      )
    }
  }
}

/** Versions of a room are 1, 2, 3…: a gap is a file that was forgotten. */
function checkOrder(migrations: readonly Migration[]): void {
  const last = new Map<string, number>()
  for (const { room, version } of migrations) {
    invariant(version === (last.get(room) ?? 0) + 1, `migrations of ${room} come as 1, 2, 3…, not ${version} next`)
    last.set(room, version)
  }
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.script).digest('hex')
}

function keyOf(entry: { readonly room: string; readonly version: number }): string {
  return `${entry.room}/${entry.version}`
}
