// PostgreSQL's autovacuum is a process of its own, which PGlite does not have: without this, a table of a few rows that
// change all day grows without bound.

import type { Sql } from './contract.ts'
import { deadRowsMax } from './limits.ts'

const due = `
  SELECT format('%I.%I', schemaname, relname) AS name
  FROM pg_catalog.pg_stat_user_tables
  WHERE n_dead_tup > $1 + n_live_tup / 5 OR n_mod_since_analyze > $1 + n_live_tup / 5
  ORDER BY n_dead_tup DESC`

/** Vacuums and analyzes the tables that need it, one after the other, and answers their names. */
export async function vacuum(sql: Sql): Promise<string[]> {
  const names = (await sql.query<{ name: string }>(due, [deadRowsMax])).map((row) => row.name)
  // VACUUM takes no parameters; the names were quoted by the database itself.
  for (const name of names) await sql.query(`VACUUM (ANALYZE) ${name}`)
  return names
}
