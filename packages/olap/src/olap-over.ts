// The memory of columns over any wire: limits, confinement, turns, parts and tokens, written once.

import { deferred } from '@millrace/stdx'
import { confine, loadClosedFunctions } from './confine.ts'
import type { Olap, QueryLimits, QueryOptions, QueryResult } from './contract.ts'
import { olapErrors } from './errors.ts'
import { closeMsMax, commandTimeMsMax, confineLimits, parametersMax, timeGraceMs, waitingMax } from './limits.ts'
import { lineParts, rowParts } from './parts.ts'
import { commandRefusal, insertRefusal, queryRefusal, timeRefusal } from './refusal.ts'
import { readCompact, readTemplate, rowTemplate } from './result.ts'
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
  // A field without a column is a mistake of ours; by default it would vanish.
  input_format_skip_unknown_fields: 0,
  // A part is one block: with a token per block, a replay that is cut elsewhere would not be recognised.
  max_insert_block_size: 1_000_000,
  min_insert_block_size_rows: 1_000_000,
  min_insert_block_size_bytes: 512 * 1024 * 1024,
  max_insert_threads: 1,
} as const

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

function queryOver(wire: Wire, queries: Turns, running: Set<AbortController>): Olap['query'] {
  let closedFunctions: Promise<ReadonlySet<string>> | undefined

  const askLines = (options: QueryOptions) => async (sql: string) => {
    const settings = { ...settingsOf(wire, confineLimits, true), ...shapeSettings }
    const { rows, truncated } = readCompact(await wire.ask(questionOf(sql, settings, options)), confineLimits.rowsMax)
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

  const answer = async (sql: string, options: QueryOptions): Promise<QueryResult> => {
    const { limits, databases } = options
    if (databases === undefined) return plain(sql, options, limits)
    const harmless = await confined(sql, options, databases)
    if (harmless.kind === 'words') return plain(harmless.sql, options, limits)
    const began = performance.now()
    const { columns } = await describe(harmless.sql, options)
    const leftMs = Math.max(1, Math.round(limits.timeMsMax - (performance.now() - began)))
    const settings = { ...settingsOf(wire, { ...limits, timeMsMax: leftMs }, true), ...rowTemplate }
    const question = { ...questionOf(asLines(harmless.sql), settings, options), format: 'Template' } as const
    return readTemplate(await wire.ask(question), columns, limits.rowsMax)
  }

  const plain = async (sql: string, options: QueryOptions, limits: QueryLimits) => {
    const settings = settingsOf(wire, limits, options.databases !== undefined)
    return readCompact(await wire.ask(questionOf(sql, settings, options)), limits.rowsMax)
  }

  /** A query's columns. Only its scalar subqueries are computed for that, under the time of the query itself. */
  const describe = async (sql: string, options: QueryOptions): Promise<Pick<QueryResult, 'columns'>> => {
    const limits = {
      ...confineLimits,
      timeMsMax: options.limits.timeMsMax,
      memoryBytesMax: options.limits.memoryBytesMax,
    }
    const { rows } = await plain(`DESCRIBE (\n${sql}\n)`, options, limits)
    return { columns: rows.map((row) => ({ name: String(row[0]), type: String(row[1]) })) }
  }

  return (sql, options) => {
    const { limits } = options
    if (Object.keys(options.parameters ?? {}).length > parametersMax) {
      return Promise.reject(olapErrors.sql_invalid(`A query takes at most ${parametersMax} parameters.`))
    }
    return queries.take(async () => {
      const controller = new AbortController()
      const cancel = () => controller.abort()
      options.signal?.addEventListener('abort', cancel)
      running.add(controller)
      // ClickHouse ends a query by its time itself, but looks at the clock between blocks only.
      const late = deferred<never>()
      const timer = setTimeout(() => {
        controller.abort()
        late.reject(timeRefusal(limits))
      }, limits.timeMsMax + timeGraceMs)
      try {
        if (options.signal?.aborted === true) throw olapErrors.cancelled()
        return await Promise.race([answer(sql, { ...options, signal: controller.signal }), late.promise])
      } catch (fault) {
        throw queryRefusal(fault, limits)
      } finally {
        clearTimeout(timer)
        running.delete(controller)
        options.signal?.removeEventListener('abort', cancel)
      }
    })
  }
}

/**
 * The rows of a person's query, each written as JSON by a function within the query. As columns, a constant or a word of
 * a dictionary counts once however many rows show it, and the text made of it after the last limit knows none: a million
 * bytes in 65,000 rows would end the process. Within the query the text counts, against memory and result alike.
 */
function asLines(sql: string): string {
  return `SELECT materialize(formatRowNoNewline('JSONCompactEachRow', *)) AS line FROM (\n${sql}\n)`
}

function questionOf(sql: string, settings: Question['settings'], options: QueryOptions): Question {
  return {
    sql,
    settings,
    format: 'JSONCompact',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
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
    // A person's query is read through another one, which must not take its order for superfluous.
    query_plan_remove_redundant_sorting: 0,
    // One row more than asked for tells a cut result from a whole one.
    ...(limits.truncate === true ? { limit: limits.rowsMax + 1 } : { max_result_rows: limits.rowsMax }),
    ...(readOnly ? { readonly: 2, allow_introspection_functions: 0 } : {}),
  }
}
