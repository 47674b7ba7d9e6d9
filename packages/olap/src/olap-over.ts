// The memory of columns over any wire: limits, confinement, turns, parts and tokens, written once.

import { deferred } from '@millrace/stdx'
import { confine, loadClosedFunctions } from './confine.ts'
import type { Olap, QueryLimits, QueryOptions, QueryResult } from './contract.ts'
import { olapErrors } from './errors.ts'
import { commandTimeMsMax, confineLimits, parametersMax, timeGraceMs, waitingMax } from './limits.ts'
import { lineParts, rowParts } from './parts.ts'
import { commandRefusal, insertRefusal, queryRefusal, timeRefusal } from './refusal.ts'
import { readResult } from './result.ts'
import { type Turns, turns } from './turns.ts'
import { EngineFault, type Question, type Setting, type Wire } from './wire.ts'

const utcSettings = { session_timezone: 'UTC' } as const

const shapeSettings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 0,
  output_format_json_escape_forward_slashes: 0,
  output_format_write_statistics: 1,
} as const

const insertSettings = {
  ...utcSettings,
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  date_time_input_format: 'best_effort',
  input_format_null_as_default: 1,
  // A part is one block: with a token per block, a replay that is cut elsewhere would not be recognised.
  max_insert_block_size: 1_000_000,
  min_insert_block_size_rows: 1_000_000,
  min_insert_block_size_bytes: 512 * 1024 * 1024,
  max_insert_threads: 1,
} as const

const tableName = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/

export function olapOver(wire: Wire): Olap {
  const refuse = () =>
    olapErrors.busy(`${waitingMax} queries wait for the column store already. Try again shortly; send fewer at once.`)
  const queries = turns(wire.queriesMax, waitingMax, refuse)
  const writes = turns(wire.writesMax, waitingMax, refuse)
  const query = queryOver(wire, queries)

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
        wire.ask({ sql, settings }).catch((fault) => {
          throw commandRefusal(fault)
        }),
      )
    },
    async ping() {
      await wire.ask({ sql: 'SELECT 1', settings: { max_execution_time: 5 } }).catch((fault) => {
        throw commandRefusal(fault)
      })
    },
    close: () => wire.close(),
  }
}

function queryOver(wire: Wire, queries: Turns): Olap['query'] {
  let closedFunctions: Promise<ReadonlySet<string>> | undefined

  const askLines = (options: QueryOptions) => async (sql: string) => {
    const settings = { ...settingsOf(wire, confineLimits, true), ...shapeSettings }
    const { rows, truncated } = readResult(await wire.ask(questionOf(sql, settings, options)), confineLimits.rowsMax)
    if (truncated) throw olapErrors.sql_invalid('The SQL is too large to be checked. Make it simpler.')
    return rows.map((row) => String(row[0]))
  }

  const confined = async (sql: string, options: QueryOptions, databases: readonly string[]) => {
    const loading = (closedFunctions ??= loadClosedFunctions(askLines({ limits: confineLimits })))
    loading.catch(() => {
      closedFunctions = undefined // a server that was away for a moment is asked again
    })
    const openings = { databases, closedFunctions: await loading }
    return confine(sql, openings, askLines(options), (thrown) => thrown instanceof EngineFault)
  }

  return (sql, options) => {
    const { limits, databases } = options
    if (Object.keys(options.parameters ?? {}).length > parametersMax) {
      return Promise.reject(olapErrors.sql_invalid(`A query takes at most ${parametersMax} parameters.`))
    }
    const work = async (): Promise<QueryResult> => {
      try {
        const harmless = databases === undefined ? sql : await confined(sql, options, databases)
        const settings = settingsOf(wire, limits, databases !== undefined)
        return readResult(await wire.ask(questionOf(harmless, settings, options)), limits.rowsMax)
      } catch (fault) {
        throw queryRefusal(fault, limits)
      }
    }
    // The caller hears in time even when ClickHouse looks at the clock late; the turn is given back when it truly ends.
    const late = deferred<never>()
    const held = queries.take(async () => {
      const timer = setTimeout(() => late.reject(timeRefusal(limits)), limits.timeMsMax + timeGraceMs)
      return work().finally(() => clearTimeout(timer))
    })
    return Promise.race([held, late.promise])
  }
}

function questionOf(sql: string, settings: Question['settings'], options: QueryOptions): Question {
  return {
    sql,
    settings,
    ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
    ...(options.databases?.[0] === undefined ? {} : { database: options.databases[0] }),
  }
}

function settingsOf(wire: Wire, limits: QueryLimits, readOnly: boolean): Readonly<Record<string, Setting>> {
  return {
    ...utcSettings,
    ...shapeSettings,
    ...wire.settings,
    max_execution_time: limits.timeMsMax / 1000,
    timeout_overflow_mode: 'throw',
    max_memory_usage: limits.memoryBytesMax,
    max_result_bytes: limits.resultBytesMax,
    result_overflow_mode: 'throw',
    // One row more than asked for tells a cut result from a whole one.
    ...(limits.truncate === true ? { limit: limits.rowsMax + 1 } : { max_result_rows: limits.rowsMax }),
    ...(readOnly ? { readonly: 2, allow_introspection_functions: 0 } : {}),
  }
}
