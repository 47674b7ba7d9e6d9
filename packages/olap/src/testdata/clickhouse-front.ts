// ClickHouse's HTTP interface over chDB, for tests where no ClickHouse server can be had: the engine behind is the real
// ClickHouse (its 26.7), only this front is ours. It speaks what @clickhouse/client and plain HTTP clients use: the query
// in URL or body, settings and `param_*` in the URL, compressed bodies, the X-ClickHouse-* headers, and errors with their
// number in a header and their text in the body. What it does not do: sessions, roles, external data, progress headers.
//
// Run as a process of its own, because one process holds one engine: clickhouse-front.ts <directory> <user> <password>.
// Prints its port.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { createBrotliDecompress, createGunzip, createInflate, gzipSync } from 'node:zlib'
import { Session } from 'chdb'

const [directory = '', user = 'default', password = ''] = process.argv.slice(2)
const root = new Session(directory)
let serial = 0
const version = (JSON.parse(root.query('SELECT version() AS v', 'JSONEachRow')) as { v: string }).v

/** URL parameters of the interface itself; every other one is a setting. */
const ownParameters = new Set(['query', 'database', 'default_format', 'query_id', 'user', 'password', 'compress', 'decompress'])
/** Settings of the HTTP server, which an engine without one does not act on. */
const serverSettings = new Set([
  'wait_end_of_query',
  'cancel_http_readonly_queries_on_client_close',
  'enable_http_compression',
  'send_progress_in_http_headers',
  'http_write_exception_in_output_format',
])

const server = createServer((request, response) => {
  answer(request, response).catch((cause: unknown) => fail(response, cause instanceof Error ? cause.message : String(cause)))
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
process.once('SIGTERM', () => {
  server.close(() => {
    root.close()
    process.exit(0)
  })
  server.closeAllConnections()
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/ping') {
    response.end('Ok.\n')
    return
  }
  const body = await readBody(request)
  if (!isKnown(request, url)) {
    fail(response, `Code: 516. DB::Exception: ${user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`)
    return
  }
  const queryInUrl = url.searchParams.get('query')
  const sql = queryInUrl === null ? body.toString('utf8') : `${queryInUrl}\n${body.toString('utf8')}`
  const format = String(request.headers['x-clickhouse-format'] ?? url.searchParams.get('default_format') ?? 'TabSeparated')
  const session = new Session(directory)
  const tag = `front-${++serial}`
  const leave = () => void (url.searchParams.get('cancel_http_readonly_queries_on_client_close') === '1' && kill(tag))
  response.once('close', leave)
  try {
    await session.queryAsync(preparation(url, tag, request.method === 'GET'))
    const result = await session.queryAsync(sql, { format })
    response.removeListener('close', leave)
    response.setHeader('X-ClickHouse-Query-Id', url.searchParams.get('query_id') ?? '')
    response.setHeader('X-ClickHouse-Format', format)
    response.setHeader('X-ClickHouse-Timezone', 'UTC')
    response.setHeader('X-ClickHouse-Server-Display-Name', 'front-over-chdb')
    response.setHeader(
      'X-ClickHouse-Summary',
      JSON.stringify({
        read_rows: String(result.rowsRead),
        read_bytes: String(result.bytesRead),
        elapsed_ns: String(Math.round(result.elapsed * 1e9)),
      }),
    )
    send(request, url, response, Buffer.from(result.bytes()))
  } finally {
    session.close()
  }
}

async function kill(tag: string): Promise<void> {
  const session = new Session(directory)
  await session.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = '${tag}' ASYNC`).catch(() => undefined)
  session.close()
}

function preparation(url: URL, tag: string, readOnly: boolean): string {
  const assignments = [`log_comment = '${tag}'`, "session_timezone = 'UTC'", ...(readOnly ? ['readonly = 2'] : [])]
  for (const [name, value] of url.searchParams) {
    if (ownParameters.has(name) || serverSettings.has(name)) continue
    if (!/^\w+$/.test(name)) throw new Error(`Code: 115. DB::Exception: Unknown setting '${name}'. (UNKNOWN_SETTING)`)
    assignments.push(`${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
  }
  const database = url.searchParams.get('database')
  return `${database === null ? '' : `USE \`${database.replaceAll('`', '\\`')}\`; `}SET ${assignments.join(', ')}`
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  switch (request.headers['content-encoding']) {
    case 'gzip':
      return buffer(request.pipe(createGunzip()))
    case 'deflate':
      return buffer(request.pipe(createInflate()))
    case 'br':
      return buffer(request.pipe(createBrotliDecompress()))
    default:
      return buffer(request)
  }
}

function isKnown(request: IncomingMessage, url: URL): boolean {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  const [name, ...secret] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':')
  const givenUser = name ?? request.headers['x-clickhouse-user'] ?? url.searchParams.get('user') ?? 'default'
  const givenPassword = basic === undefined ? (request.headers['x-clickhouse-key'] ?? url.searchParams.get('password') ?? '') : secret.join(':')
  return givenUser === user && givenPassword === password
}

function send(request: IncomingMessage, url: URL, response: ServerResponse, bytes: Buffer): void {
  const wanted = url.searchParams.get('enable_http_compression') === '1'
  if (wanted && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    response.setHeader('Content-Encoding', 'gzip')
    response.end(gzipSync(bytes))
  } else response.end(bytes)
}

/** The statuses of ClickHouse's HTTPHandler::exceptionCodeToHTTPStatus. */
function fail(response: ServerResponse, text: string): void {
  const code = Number(/Code:\s*(\d+)/.exec(text)?.[1] ?? 1001)
  const absent = [47, 60, 81, 115, 46]
  const invalid = [6, 26, 27, 38, 41, 42, 43, 53, 62, 70, 72, 117, 130, 131, 169, 456, 457]
  response.statusCode = [497, 516].includes(code) ? 403 : absent.includes(code) ? 404 : invalid.includes(code) ? 400 : 500
  response.setHeader('X-ClickHouse-Exception-Code', String(code))
  const whole = text.startsWith('Code:') ? text : `Code: ${code}. DB::Exception: ${text} (STD_EXCEPTION)`
  response.end(`${whole} (version ${version} (official build))\n`)
}
