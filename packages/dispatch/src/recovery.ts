// After a start: every run that has not ended is folded again and goes on, and what telemetry may have missed is told again.

import { evolve, type Fact, newRun, type Playbook, type Run } from '@millrace/playbook'
import type { Logger } from '@millrace/stdx'
import { messageOf } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import type { Catalogue } from './catalogue.ts'
import type { Ledger } from './ledger.ts'
import type { Actor } from './turns.ts'

interface UnendedRow {
  readonly id: string
  readonly environment: string
  readonly playbook: string
  readonly version: number
  readonly ended_at: number | null
}

/** Runs recovered at once: enough to overlap the database's work with ours, few enough to bound what is in memory. */
const together = 64

/**
 * `unended` is called for each run that goes on, `missed` for each batch of facts whose spans may not have been written.
 */
export async function recover(options: {
  store: Store
  ledger: Ledger
  catalogue: Catalogue
  logger: Logger
  /** Facts newer than this may be unknown to telemetry, milliseconds since 1970. */
  mark: number
  unended: (actor: Actor, run: Run) => void
  missed: (environment: string, run: Run, facts: readonly Fact[]) => void
}): Promise<number> {
  const { store, ledger, catalogue, logger, mark } = options
  const rows = await store.query<UnendedRow>(
    `SELECT id, environment, playbook, version, ended_at FROM dispatch.run
     WHERE ended_at IS NULL OR ended_at >= $1 ORDER BY id`,
    [mark],
  )
  const one = async (row: UnendedRow) => {
    const playbook = await playbookOf(catalogue, row, logger)
    if (playbook === undefined) return
    const run = newRun(row.id, playbook)
    for (const fact of await ledger.load(row.id)) {
      evolve(run, fact)
      if (fact.at >= mark) options.missed(row.environment, run, [fact])
    }
    if (row.ended_at === null) options.unended({ id: row.id, environment: row.environment, playbook, run }, run)
  }
  for (let i = 0; i < rows.length; i += together) await Promise.all(rows.slice(i, i + together).map(one))
  return rows.filter((row) => row.ended_at === null).length
}

async function playbookOf(catalogue: Catalogue, row: UnendedRow, logger: Logger): Promise<Playbook | undefined> {
  try {
    return (await catalogue.parsed(row.environment, row.playbook, row.version)).playbook
  } catch (cause) {
    // A version that this program can no longer read must not keep all other runs from going on.
    logger.error('a run cannot go on because its playbook cannot be read', { run: row.id, error: messageOf(cause) })
    return undefined
  }
}
