// The platform's own olap, asked through what the worker lends: read-only, within the step's environment.

import { type CallContext, type Json, type JsonObject, PluginError } from '@millrace/plugin'
import { parameterOf } from './clickhouse-value.ts'
import { wrongParameters } from './outcome.ts'
import type { Answer, Statement } from './statement.ts'
import { table, tooManyRows } from './table.ts'

export async function runOnPlatform(context: CallContext, statement: Statement): Promise<Answer> {
  const { parameters, sql, rowsMax, timeMsMax, signal } = statement
  if (Array.isArray(parameters))
    throw wrongParameters('The platform', '`parameters` by name, for {name:Type} in `query`')
  const named = Object.entries((parameters ?? {}) as JsonObject).map(([name, value]) => [name, parameterOf(value)])
  const answering = context.platform.query({
    environment: context.environment,
    sql,
    parameters: Object.fromEntries(named) as Record<string, string | number | boolean | null>,
    timeMsMax,
    rowsMax,
  })
  const { columns, rows } = await untilAborted(answering, signal).catch((cause: unknown) => {
    throw cause instanceof PluginError && cause.code === 'olap.rows_limit' ? tooManyRows(rowsMax) : cause
  })
  const result = table(columns, statement)
  for (const row of rows) result.add(row as readonly Json[])
  return result.answer()
}

/** The platform stops by its own time limit; the step need not wait for it. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
