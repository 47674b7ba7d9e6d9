// One SQL statement, with parameters, on a database of the user's or on the platform's own olap.

import type { CallContext, Json, JsonObject, Plugin } from '@millrace/plugin'
import { type Databases, databases } from './databases.ts'
import { description } from './description.ts'
import { limits } from './limits.ts'
import { runOnPlatform } from './platform.ts'
import type { Statement } from './statement.ts'

interface SqlInput {
  /** A URL; absent or `platform`: the platform's own olap. */
  readonly connection?: string
  readonly password?: string
  readonly query: string
  readonly parameters?: readonly Json[] | JsonObject
  readonly rowsMax?: number
}

export function sqlPlugin(): Plugin<SqlInput> {
  const open = databases()
  return {
    description,
    call: (input, context) => call(open, input, context),
    close: () => open.close(),
  }
}

export const plugin: Plugin<SqlInput> = sqlPlugin()

async function call(open: Databases, input: SqlInput, context: CallContext): Promise<Json> {
  const { connection = 'platform', password, query, parameters } = input
  const statement: Statement = {
    sql: query,
    parameters,
    rowsMax: input.rowsMax ?? limits.rowsDefault,
    bytesMax: context.limits.outputBytesMax,
    timeMsMax: context.limits.timeMsMax,
    signal: context.signal,
  }
  const startedAt = Date.now()
  const answer =
    connection === 'platform'
      ? await runOnPlatform(context, statement)
      : await (await open.at(connection, password)).run(statement)
  context.log('info', `${answer.rowCount} rows in ${Date.now() - startedAt} ms`)
  const columns = answer.columns.map(({ name, type }) => ({ name, type }))
  return { columns, rows: answer.rows, rowCount: answer.rowCount }
}
