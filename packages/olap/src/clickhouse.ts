// A ClickHouse server over its HTTP interface. Requests carry everything (settings, parameters, database), so no session
// is kept and any server behind one address may answer.

import { Readable } from 'node:stream'
import { ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { type Logger, MillraceError, messageOf, quietLogger } from '@millrace/stdx'
import type { Olap } from './contract.ts'
import { olapErrors } from './errors.ts'
import { answerBytesMax, requestTimeMsMax, serverQueriesMax, serverWritesMax } from './limits.ts'
import { olapOver } from './olap-over.ts'
import { EngineFault, type Wire } from './wire.ts'

export interface ClickhouseOptions {
  /** `clickhouse+http://user:password@host:8123/database`, or `clickhouse+https://…`. */
  readonly address: string
  readonly logger?: Logger
}

/** Does not connect yet: `ping` says whether the server answers. Fails with `olap.unreachable` for what is no address. */
export async function openClickhouse(options: ClickhouseOptions): Promise<Olap> {
  const { url, username, password, database } = readAddress(options.address)
  const client = createClient({
    url,
    username,
    password,
    request_timeout: requestTimeMsMax,
    max_open_connections: serverQueriesMax + serverWritesMax,
    application: 'millrace',
    compression: { request: false, response: false },
    log: { level: ClickHouseLogLevel.OFF },
  })
  ;(options.logger ?? quietLogger).debug('columns are kept by a ClickHouse server', { url })
  return olapOver(clickhouseWire(client, database))
}

interface Address {
  readonly url: string
  readonly username: string
  readonly password: string
  readonly database: string | undefined
}

function readAddress(address: string): Address {
  const scheme = /^clickhouse\+(https?):\/\//.exec(address)?.[1]
  const plain = address.replace(/^clickhouse\+/, '')
  const parsed = scheme === undefined || !URL.canParse(plain) ? undefined : new URL(plain)
  if (parsed === undefined || parsed.pathname.split('/').length > 2) {
    const shown = address.replace(/\/\/[^@/]*@/, '//…@').slice(0, 200)
    throw olapErrors.unreachable(
      `${JSON.stringify(shown)} is no address of a ClickHouse server; expected clickhouse+http://user:password@host:8123/database.`,
    )
  }
  return {
    url: `${parsed.protocol}//${parsed.host}`,
    username: decodeURIComponent(parsed.username) || 'default',
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)) || undefined,
  }
}

function clickhouseWire(client: ReturnType<typeof createClient>, home: string | undefined): Wire {
  const place = (database: string | undefined): Record<string, string> => (database === undefined ? {} : { database })
  return {
    dialect: 'clickhouse',
    queriesMax: serverQueriesMax,
    writesMax: serverWritesMax,
    // Whole before the first byte: a fault halfway would otherwise come as data. And nobody computes for who has left.
    settings: { wait_end_of_query: 1, cancel_http_readonly_queries_on_client_close: 1 },
    async ask({ sql, settings, parameters, database, format, signal }) {
      try {
        const { stream } = await client.exec({
          query: sql,
          clickhouse_settings: { ...settings, ...formatSettings(format), ...place(database ?? home) },
          query_params: { ...parameters },
          ...(signal === undefined ? {} : { abort_signal: signal }),
        })
        return await readText(stream)
      } catch (cause) {
        throw signal?.aborted === true ? olapErrors.cancelled() : faultOf(cause)
      }
    },
    async insert(table, jsonEachRow, settings) {
      try {
        const { stream } = await client.exec({
          query: `INSERT INTO ${table} FORMAT JSONEachRow`,
          values: Readable.from([jsonEachRow], { objectMode: false }),
          clickhouse_settings: { ...settings, wait_end_of_query: 1, ...place(home) },
        })
        await readText(stream)
      } catch (cause) {
        throw faultOf(cause)
      }
    },
    close: () => client.close(),
  }
}

/** The client types `default_format` by the formats it decodes itself; the server takes any. */
function formatSettings(format: string): Record<string, string> {
  return { default_format: format }
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > answerBytesMax) {
      stream.destroy()
      throw olapErrors.result_limit(`The answer is larger than ${answerBytesMax} bytes. Select fewer columns or rows.`)
    }
  }
  return Buffer.concat(chunks).toString('utf8')
}

function faultOf(cause: unknown): Error {
  if (cause instanceof MillraceError) return cause
  if (cause instanceof ClickHouseError) {
    const message = cause.message.replace(/\s*\(version [^()]*(?:\([^()]*\))?\)\s*$/, '').trim()
    return new EngineFault(Number(cause.code), cause.type ?? 'UNKNOWN', message.slice(0, 2000))
  }
  return olapErrors.unreachable(`The ClickHouse server does not answer: ${messageOf(cause)}`, { cause })
}
