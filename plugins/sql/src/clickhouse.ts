// ClickHouse over its HTTP interface (clickhouse.com/docs/interfaces/http): one POST per statement, rows read line by line.

import { randomUUID } from 'node:crypto'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { createInterface } from 'node:readline'
import { type Json, type JsonObject, PluginError } from '@millrace/plugin'
import { escapedOf, parameterOf, valueOf } from './clickhouse-value.ts'
import type { Target } from './connection.ts'
import { limits } from './limits.ts'
import { networkTrouble, refused, timedOut, unreachable, wrongParameters } from './outcome.ts'
import type { Answer, Database, Statement } from './statement.ts'
import { type Table, table, tooManyRows } from './table.ts'

/** First two lines: names and types; then a row per line. */
const format = 'JSONCompactEachRowWithNamesAndTypes'

const settings = {
  default_format: format,
  wait_end_of_query: '1', // the status then tells of failures in the middle, too
  output_format_json_quote_64bit_integers: '1',
  output_format_json_quote_decimals: '1',
  output_format_json_quote_denormals: '0',
  output_format_json_named_tuples_as_objects: '1',
  date_time_output_format: 'iso',
  result_overflow_mode: 'throw',
  cancel_http_readonly_queries_on_client_close: '1',
}

/** github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
const rowLimits = new Set([158, 396])
const timeLimits = new Set([159, 160])
const serverBusy = new Set([202, 203, 209, 210, 236, 242, 279, 319, 425, 999])

interface Connector {
  readonly target: Target
  send(path: string, body: string, signal: AbortSignal | undefined): Promise<IncomingMessage>
}

export function openClickhouse(target: Target): Database {
  const options = { keepAlive: true, maxSockets: limits.connectionsMax, timeout: limits.idleMsMax }
  const agent = target.tls ? new HttpsAgent({ ...options, rejectUnauthorized: true }) : new HttpAgent(options)
  const connector: Connector = {
    target,
    send: (path, body, signal) => post(target, agent, path, body, signal),
  }
  return {
    async run(statement) {
      const { parameters, signal } = statement
      if (Array.isArray(parameters)) {
        throw wrongParameters(target.shown, '`parameters` by name, for {name:Type} in `query`')
      }
      const queryId = randomUUID()
      const path = pathOf(target, statement, (parameters ?? {}) as JsonObject, queryId)
      // Readers end with their connection; writers have to be told.
      const kill = () => void killQuery(connector, queryId)
      signal.throwIfAborted()
      signal.addEventListener('abort', kill, { once: true })
      try {
        return await read(target, statement, await connector.send(path, statement.sql, signal))
      } catch (cause) {
        signal.throwIfAborted()
        throw failure(target, cause)
      } finally {
        signal.removeEventListener('abort', kill)
      }
    },
    async close() {
      agent.destroy()
    },
  }
}

function pathOf(target: Target, statement: Statement, parameters: JsonObject, queryId: string): string {
  const search = new URLSearchParams({
    ...settings,
    query_id: queryId,
    max_execution_time: String(Math.max(1, Math.ceil(statement.timeMsMax / 1000))),
    max_result_rows: String(statement.rowsMax),
  })
  if (target.database !== undefined) search.set('database', target.database)
  for (const [name, value] of Object.entries(parameters)) search.set(`param_${name}`, escapedOf(parameterOf(value)))
  return `/?${search.toString()}`
}

function post(
  target: Target,
  agent: HttpAgent | HttpsAgent,
  path: string,
  body: string,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const { host, port } = target
  const options: RequestOptions = {
    host,
    port,
    path,
    agent,
    method: 'POST',
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'x-clickhouse-user': target.user ?? 'default',
      'x-clickhouse-key': target.password ?? '',
    },
    ...(signal === undefined ? {} : { signal }),
  }
  return new Promise((resolve, reject) => {
    const request = (target.tls ? httpsRequest : httpRequest)(options, resolve)
    request.on('error', reject).end(body)
  })
}

async function read(target: Target, statement: Statement, response: IncomingMessage): Promise<Answer> {
  if (response.statusCode !== 200) throw await exception(target, statement, response)
  const given = response.headers['x-clickhouse-format']
  const lines = createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })
  const heads: string[][] = []
  let rows: Table | undefined
  try {
    for await (const line of lines) {
      if (line === '') continue
      const values = given === undefined || given === format ? listOf(line) : undefined
      if (values === undefined) throw foreignFormat(target, line)
      if (rows !== undefined) rows.add(values.map((value, i) => valueOf(value, heads[1]?.[i] ?? '')))
      else if (heads.push(values as string[]) === 2) {
        const [names = [], types = []] = heads
        rows = table(
          names.map((name, i) => ({ name, type: types[i] ?? '' })),
          statement,
        )
      }
    }
  } finally {
    response.destroy()
  }
  return (rows ?? table([], statement)).answer(writtenRows(response))
}

function listOf(line: string): readonly Json[] | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function foreignFormat(target: Target, line: string): Error {
  const message = `the result is not in the format asked for; leave FORMAT out of \`query\`. It begins with ${line.slice(0, 80)}`
  return refused(target.shown, '', { message, code: 'FORMAT' })
}

/** `Code: 62. DB::Exception: Syntax error: failed at position 8 ('FORM') … (SYNTAX_ERROR) (version …)`. */
async function exception(target: Target, statement: Statement, response: IncomingMessage): Promise<Error> {
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response) {
    text += chunk
    if (text.length > limits.exceptionBytesMax) break
  }
  const code = Number(response.headers['x-clickhouse-exception-code'] ?? /^Code: (\d+)/.exec(text)?.[1] ?? 0)
  const message = text
    .replace(/^Code: \d+\. DB::Exception: /, '')
    .replace(/ \(version [^)]*\)\)?\s*$/s, '')
    .trim()
  const shown = message === '' ? `status ${response.statusCode}` : message.slice(0, 2_000)
  if (rowLimits.has(code)) return tooManyRows(statement.rowsMax)
  if (timeLimits.has(code)) return timedOut(target.shown, statement.timeMsMax)
  const position = /failed at position (\d+)/.exec(message)?.[1]
  if (serverBusy.has(code) || (code === 0 && (response.statusCode ?? 0) >= 500)) {
    return unreachable(target.shown, `${shown} (${code})`, { code })
  }
  return refused(target.shown, statement.sql, {
    message: shown,
    code: String(code),
    position: position === undefined ? undefined : Number(position),
  })
}

function failure(target: Target, cause: unknown): unknown {
  if (cause instanceof PluginError) return cause
  const { code } = cause as { code?: unknown }
  return unreachable(target.shown, networkTrouble(code) ?? `no answer (${(cause as Error).message}).`, cause)
}

async function killQuery(connector: Connector, queryId: string): Promise<void> {
  const sql = 'KILL QUERY WHERE query_id = {id:String} ASYNC'
  const patience = AbortSignal.timeout(limits.connectMsMax)
  const response = await connector.send(`/?param_id=${queryId}`, sql, patience).catch(() => undefined)
  response?.resume()
}

/** `X-ClickHouse-Summary: {"read_rows":"0","written_rows":"3",…}`. */
function writtenRows(response: IncomingMessage): number {
  const summary = response.headers['x-clickhouse-summary']
  try {
    return Number((JSON.parse(String(summary)) as { written_rows?: string }).written_rows ?? 0)
  } catch {
    return 0 // an older server, or one that only looks like ClickHouse, sends none
  }
}
