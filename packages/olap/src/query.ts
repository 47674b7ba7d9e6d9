// A query from its text to its rows: made harmless, asked within limits, cancelled when it is not wanted any more.

import { deferred } from '@millrace/stdx'
import { confine, loadClosedFunctions } from './confine.ts'
import type { Olap, QueryLimits, QueryOptions, QueryResult } from './contract.ts'
import { olapErrors } from './errors.ts'
import { confineLimits, parametersMax, timeGraceMs } from './limits.ts'
import { queryRefusal, timeRefusal } from './refusal.ts'
import { readCompact, readTemplate, rowTemplate } from './result.ts'
import { querySettings } from './settings.ts'
import type { Turns } from './turns.ts'
import { EngineFault, type Question, type Wire } from './wire.ts'

/** `running` holds what is being computed, for whoever ends it all. */
export function queryOver(wire: Wire, queries: Turns, running: Set<AbortController>): Olap['query'] {
  const answer = answerOver(wire)
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

/** Faults of the engine come as they are. */
function answerOver(wire: Wire): Olap['query'] {
  let closedFunctions: Promise<ReadonlySet<string>> | undefined

  const plain = async (sql: string, options: QueryOptions, limits: QueryLimits) => {
    const settings = querySettings(wire, limits, options.databases !== undefined)
    return readCompact(await wire.ask(questionOf(sql, settings, options)), limits.rowsMax)
  }

  const askLines = (options: QueryOptions) => async (sql: string) => {
    const { rows, truncated } = await plain(sql, { databases: [], ...options }, confineLimits)
    if (truncated) throw olapErrors.sql_invalid('The SQL is too large to be checked. Make it simpler.')
    return rows.map((row) => String(row[0]))
  }

  const confined = async (sql: string, options: QueryOptions, databases: readonly string[]) => {
    closedFunctions ??= loadClosedFunctions(askLines({ limits: confineLimits })).catch((cause) => {
      closedFunctions = undefined // a server that was away for a moment is asked again
      throw cause
    })
    const openings = { databases, closedFunctions: await closedFunctions }
    return confine(sql, openings, askLines(options), (thrown) => thrown instanceof EngineFault)
  }

  /** A query's columns. Only its scalar subqueries are computed for that, under the time of the query itself. */
  const describe = async (sql: string, options: QueryOptions): Promise<QueryResult['columns']> => {
    const { timeMsMax, memoryBytesMax } = options.limits
    const { rows } = await plain(`DESCRIBE (\n${sql}\n)`, options, { ...confineLimits, timeMsMax, memoryBytesMax })
    return rows.map((row) => ({ name: String(row[0]), type: String(row[1]) }))
  }

  return async (sql, options) => {
    const { limits, databases } = options
    if (databases === undefined) return plain(sql, options, limits)
    const harmless = await confined(sql, options, databases)
    if (harmless.kind === 'words') return plain(harmless.sql, options, limits)
    const began = performance.now()
    const columns = await describe(harmless.sql, options)
    const leftMs = Math.max(1, Math.round(limits.timeMsMax - (performance.now() - began)))
    const settings = { ...querySettings(wire, { ...limits, timeMsMax: leftMs }, true), ...rowTemplate }
    const question = { ...questionOf(asLines(harmless.sql), settings, options), format: 'Template' } as const
    return readTemplate(await wire.ask(question), columns, limits.rowsMax)
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
