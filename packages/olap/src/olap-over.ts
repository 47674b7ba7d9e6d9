// The memory of columns over any wire: limits, confinement, turns, parts and tokens, written once.

import { deferred } from '@millrace/stdx'
import type { Olap } from './contract.ts'
import { olapErrors } from './errors.ts'
import { closeMsMax, commandTimeMsMax, waitingMax } from './limits.ts'
import { lineParts, rowParts } from './parts.ts'
import { queryOver } from './query.ts'
import { commandRefusal, insertRefusal } from './refusal.ts'
import { insertSettings, utcSettings } from './settings.ts'
import { turns } from './turns.ts'
import type { Wire } from './wire.ts'

const tableName = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/

export function olapOver(wire: Wire): Olap {
  const rules = {
    waitingMax,
    full: () =>
      olapErrors.busy(
        `${waitingMax} queries wait for the column store already. Try again shortly; send fewer at once.`,
      ),
    ended: () => olapErrors.unreachable('The column store is closed.'),
  }
  const queries = turns({ slots: wire.queriesMax, ...rules })
  const writes = turns({ slots: wire.writesMax, ...rules })
  let closing: Promise<void> | undefined
  const running = new Set<AbortController>()
  const query = queryOver(wire, queries, running)

  const insertParts = async (table: string, parts: Iterable<Uint8Array>, token: string) => {
    if (!tableName.test(table)) throw olapErrors.sql_invalid(`${JSON.stringify(table)} is not the name of a table.`)
    let index = 0
    for (const bytes of parts) {
      const partToken = index === 0 ? token : `${token}/${index}`
      index++
      await writes.take(() =>
        wire.insert(table, bytes, { ...insertSettings, insert_deduplication_token: partToken }).catch((fault) => {
          throw insertRefusal(fault, table)
        }),
      )
    }
  }

  return {
    dialect: wire.dialect,
    query,
    insertBytes: (table, jsonEachRow, token) => insertParts(table, lineParts(jsonEachRow), token),
    async insert(table, rows, token) {
      await insertParts(table, rowParts(rows), token)
      return rows.length
    },
    async command(sql) {
      const settings = { ...utcSettings, max_execution_time: commandTimeMsMax / 1000 }
      await writes.take(() =>
        wire.ask({ sql, settings, format: 'JSONCompact' }).catch((fault) => {
          throw commandRefusal(fault)
        }),
      )
    },
    async ping() {
      if (closing !== undefined) throw rules.ended()
      await wire.ask({ sql: 'SELECT 1', settings: { max_execution_time: 5 }, format: 'JSONCompact' }).catch((fault) => {
        throw commandRefusal(fault)
      })
    },
    close: () => {
      closing ??= (async () => {
        const quiet = Promise.all([queries.end(), writes.end()])
        const cancel = () => {
          for (const controller of running) controller.abort()
        }
        const outcome = await within(closeMsMax / 2, quiet)
        if (outcome === 'late') cancel()
        await wire.close((await within(closeMsMax / 2, quiet)) === 'late')
      })()
      return closing
    },
  }
}

/** `late` when the work has not ended by then. */
async function within(timeMs: number, work: Promise<unknown>): Promise<unknown> {
  const patience = deferred<'late'>()
  const timer = setTimeout(() => patience.resolve('late'), timeMs)
  const outcome = await Promise.race([work, patience.promise])
  clearTimeout(timer)
  return outcome
}
