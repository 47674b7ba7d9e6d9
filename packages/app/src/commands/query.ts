// `millrace query "<SQL>"`: a table for people, JSON and CSV for programs.

import { appErrors } from '../errors.ts'
import { table } from '../table.ts'
import type { Context } from './context.ts'

interface ResultJson {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
  readonly truncated: boolean
  readonly elapsedMs: number
}

export interface QueryOptions {
  readonly csv?: boolean
  readonly param: readonly string[]
  readonly limit?: string
}

export async function query({ client, output }: Context, sql: string, options: QueryOptions): Promise<void> {
  const server = await client()
  const body = {
    sql,
    parameters: parametersOf(options.param),
    ...(options.limit === undefined ? {} : { limits: { rows: Number(options.limit) } }),
  }
  if (options.csv === true) return void process.stdout.write(await server.postText('/v1/query', body, 'text/csv'))
  const result = await server.post<ResultJson>('/v1/query', body)
  if (output.json) return output.data(result)
  output.line(
    table(
      result.columns.map((it) => it.name),
      result.rows,
    ),
  )
  output.say(
    `${result.rows.length} rows in ${result.elapsedMs.toFixed(0)} ms${result.truncated ? '; cut at the limit, there are more' : ''}`,
  )
}

function parametersOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1)
        throw appErrors.usage(`Found the parameter "${pair}"; expected \`name=value\` for \`{name:Type}\` in the SQL.`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
