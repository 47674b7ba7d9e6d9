// Environments wall off everything: playbooks, runs, datasets, rights. Their names are slugs and stand in addresses.

import type { Sql } from '@millrace/store'
import { accessErrors } from './errors.ts'
import { environmentsMax } from './limits.ts'

export interface Environment {
  readonly name: string
  readonly createdAt: number
}

/** Where everything goes unless said otherwise. */
export const environmentDefault = 'dev'

const slug = /^[a-z][a-z0-9-]{0,39}$/

export async function ensureEnvironments(sql: Sql, names: readonly string[], nowMs: number): Promise<void> {
  for (const name of names) {
    if (!slug.test(name)) {
      throw accessErrors.environment_invalid(
        `"${name.slice(0, 60)}" cannot be an environment. Begin with a lower-case letter; then lower-case letters, digits and "-"; at most 40.`,
      )
    }
  }
  await sql.query(
    'insert into access.environment (name, created_at) select unnest($1::text[]), $2 on conflict do nothing',
    [[...names], nowMs],
  )
}

export function readEnvironments(sql: Sql): Promise<Environment[]> {
  return sql.query<{ name: string; createdAt: number }>(
    `select name, created_at as "createdAt" from access.environment order by name limit ${environmentsMax}`,
  )
}
