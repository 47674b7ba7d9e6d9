// The tables of an environment, made when it is first heard of.

import { deduplicationWindow, environmentDatabase, type Olap, quoteName } from '@millrace/olap'
import { tables } from '@millrace/telemetry'
import { environmentsKnownMax, screenLimits } from './limits.ts'

export interface SignalTables {
  /** Resolves when the environment's tables are there. */
  ensure(environment: string): Promise<void>
}

/** The environment's lines that ClickHouse would not take, kept as they came. */
export const rejectTable = 'otel_rejects'

export function createSignalTables(olap: Olap): SignalTables {
  const known = new Map<string, Promise<void>>()
  let textIndex: Promise<boolean> | undefined

  const make = async (environment: string) => {
    textIndex ??= hasTextIndex(olap)
    const database = environmentDatabase(environment)
    await olap.command(`CREATE DATABASE IF NOT EXISTS ${quoteName(database)}`)
    for (const statement of tables(database, { textIndex: await textIndex, deduplicationWindow })) {
      await olap.command(statement)
    }
    await olap.command(
      `CREATE TABLE IF NOT EXISTS ${quoteName(database)}.${rejectTable}
       (Timestamp DateTime64(3), Table LowCardinality(String), Message String, Line String)
       ENGINE = MergeTree ORDER BY Timestamp TTL toDateTime(Timestamp) + toIntervalDay(30)
       SETTINGS non_replicated_deduplication_window = ${deduplicationWindow}`,
    )
  }

  return {
    ensure(environment) {
      const before = known.get(environment)
      if (before !== undefined) return before
      if (known.size >= environmentsKnownMax) known.clear()
      const making = make(environment).catch((cause) => {
        known.delete(environment)
        textIndex = undefined
        throw cause
      })
      known.set(environment, making)
      return making
    },
  }
}

/** Text indexes are there from ClickHouse 26.2 on. */
async function hasTextIndex(olap: Olap): Promise<boolean> {
  const { rows } = await olap.query('SELECT version()', { limits: screenLimits })
  const [year = 0, month = 0] = String(rows[0]?.[0]).split('.').map(Number)
  return year > 26 || (year === 26 && month >= 2)
}
