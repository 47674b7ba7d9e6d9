// MySQL and MariaDB over mysql2: each statement prepared on the server, in a session that speaks UTC.

import type { Json } from '@millrace/plugin'
import mysql, {
  type ConnectionOptions,
  type FieldPacket,
  type PoolConnection,
  type QueryError,
  type ResultSetHeader,
} from 'mysql2'
import type { Target } from './connection.ts'
import { limits } from './limits.ts'
import { type Bound, parameterOf, typeName, valueOf } from './mysql-value.ts'
import { networkTrouble, refused, timedOut, unreachable, wrongParameters } from './outcome.ts'
import { sockets } from './sockets.ts'
import type { Answer, Database, Statement } from './statement.ts'
import { type Table, table } from './table.ts'

/** After these a session is as it was; after any other (SET, START TRANSACTION, CREATE …) it is closed rather than used again. */
const traceless = /^\s*(select|insert|update|delete|replace|with|values|table|show|describe|explain)\b/i

/** Server error numbers (mariadb.com/kb/en/mariadb-error-codes, dev.mysql.com/doc/mysql-errors). */
const serverGone = new Set([1040, 1053, 1077, 1079, 1080, 1129, 1203, 1226, 1927])
const worthRepeating = new Set([1205, 1213, 1412])
const timeLimit = new Set([1969, 3024])

export function openMysql(target: Target): Database {
  const streams = sockets()
  const credentials: ConnectionOptions = {
    host: target.host,
    port: target.port,
    user: target.user ?? 'root',
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.database === undefined ? {} : { database: target.database }),
    ...(target.tls ? { ssl: { rejectUnauthorized: true, verifyIdentity: true } } : {}),
    stream: () => streams.open().connect({ host: target.host, port: target.port }),
    connectTimeout: limits.connectMsMax,
    flags: ['-LOCAL_FILES'], // the server could otherwise ask for files of the worker
  }
  const pool = mysql.createPool({
    ...credentials,
    connectionLimit: limits.connectionsMax,
    maxIdle: limits.connectionsMax,
    idleTimeout: limits.idleMsMax,
    maxPreparedStatements: limits.statementsMax,
    supportBigNumbers: true,
    dateStrings: true,
  })
  // An idle connection that breaks is dropped by the pool; without a listener it would end the process.
  pool.on('connection', (connection) => void connection.on('error', () => undefined))
  const timeouts = new WeakMap<PoolConnection, number>()
  const kill = (session: number | null) => cancel(credentials, session)

  return {
    async run(statement) {
      const { parameters, signal, sql } = statement
      if (parameters !== undefined && !Array.isArray(parameters)) {
        throw wrongParameters(target.shown, '`parameters` as a list, one for each ? in `query`')
      }
      let connection: PoolConnection | undefined
      let reusable = false
      try {
        connection = await checkOut(pool, signal)
        await prepareSession(connection, timeouts, statement.timeMsMax)
        const answer = await execute(connection, statement, (parameters ?? []).map(parameterOf), kill)
        reusable = traceless.test(sql)
        return answer
      } catch (cause) {
        throw failure(target, statement, cause)
      } finally {
        if (reusable) connection?.release()
        else connection?.destroy()
      }
    },
    close: () => streams.close(new Promise((resolve) => pool.end(resolve))),
  }
}

/** A connection, unless the step is over first; one that comes too late goes straight back. */
function checkOut(pool: mysql.Pool, signal: AbortSignal): Promise<PoolConnection> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    pool.getConnection((cause, connection) => {
      signal.removeEventListener('abort', abort)
      if (cause !== null) reject(cause)
      else if (signal.aborted) connection.release()
      else resolve(connection)
    })
  })
}

async function prepareSession(
  connection: PoolConnection,
  timeouts: WeakMap<PoolConnection, number>,
  timeMsMax: number,
): Promise<void> {
  const timeoutMs = Math.ceil(timeMsMax + limits.timeoutSlackMs)
  if (timeouts.get(connection) === timeoutMs) return
  const [rows] = await connection.promise().query<mysql.RowDataPacket[]>('SELECT VERSION() AS version')
  const isMariadb = String(rows[0]?.['version']).includes('MariaDB')
  const timeLimit = isMariadb ? `max_statement_time = ${timeoutMs / 1000}` : `max_execution_time = ${timeoutMs}`
  await connection.promise().query(`SET SESSION time_zone = '+00:00', ${timeLimit}`)
  timeouts.set(connection, timeoutMs)
}

function execute(
  connection: PoolConnection,
  statement: Statement,
  values: readonly Bound[],
  kill: (session: number | null) => void,
): Promise<Answer> {
  const { signal, sql } = statement
  return new Promise((resolve, reject) => {
    let fields: readonly FieldPacket[] = []
    let rows: Table | undefined
    let changed = 0
    let stopped = false
    const stop = (cause: unknown) => {
      if (stopped) return // rows that had already arrived still come by
      stopped = true
      kill(connection.threadId)
      connection.destroy()
      settle(() => reject(cause))
    }
    const abort = () => stop(signal.reason)
    // A connection that breaks tells a command without callback nothing; it tells its own listeners.
    const lost = (cause: unknown) => settle(() => reject(cause))
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', abort)
      connection.off('error', lost)
      act()
    }
    connection.on('error', lost)
    const tableOf = () =>
      table(
        fields.map((field) => ({ name: field.name, type: typeName(field) })),
        statement,
      )
    const query = connection.execute({ sql, rowsAsArray: true, values: values as mysql.QueryValues })
    query.on('fields', (found: unknown, index?: number) => {
      // A procedure may answer several results; the first one counts.
      if (found !== undefined && (index ?? 0) === 0) fields = found as FieldPacket[]
    })
    query.on('result', (row: unknown, index?: number) => {
      if (!Array.isArray(row)) changed += (row as ResultSetHeader).affectedRows
      else if ((index ?? 0) === 0 && !stopped) {
        try {
          rows ??= tableOf()
          rows.add(row.map((value, i) => valueOf(value, fields[i] as FieldPacket) as Json))
        } catch (cause) {
          stop(cause)
        }
      }
    })
    query.on('error', lost)
    query.on('end', () => settle(() => resolve((rows ?? tableOf()).answer(changed))))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

/** Nothing but another session can stop one that is at work. */
function cancel(credentials: ConnectionOptions, session: number | null): void {
  if (session === null) return
  const other = mysql.createConnection(credentials)
  other.on('error', () => undefined)
  other.query('KILL QUERY ?', [session], () => other.destroy())
}

function failure(target: Target, statement: Statement, cause: unknown): unknown {
  statement.signal.throwIfAborted()
  const { code, errno, sqlState, sqlMessage, fatal } = cause as Partial<QueryError> & { sqlMessage?: string }
  if (sqlMessage === undefined || errno === undefined) {
    const network = networkTrouble(code) ?? (fatal === true ? 'the connection broke.' : undefined)
    return network === undefined ? cause : unreachable(target.shown, network, cause)
  }
  if (timeLimit.has(errno)) return timedOut(target.shown, statement.timeMsMax, cause)
  if (serverGone.has(errno)) return unreachable(target.shown, `${sqlMessage} (${errno}).`, cause)
  return refused(target.shown, statement.sql, {
    message: sqlMessage,
    code: String(code),
    sqlState,
    retryable: worthRepeating.has(errno),
    cause,
  })
}
