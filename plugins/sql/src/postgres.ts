// PostgreSQL over pg: each statement in the extended protocol (one statement, real parameters), in a session that speaks UTC.

import { connect as connectSocket } from 'node:net'
import type { Json } from '@millrace/plugin'
import pg from 'pg'
import type { Target } from './connection.ts'
import { limits } from './limits.ts'
import { networkTrouble, refused, timedOut, unreachable, wrongParameters } from './outcome.ts'
import { parameterOf, parserOf, typeName } from './postgres-value.ts'
import { sockets } from './sockets.ts'
import type { Answer, Database, Statement } from './statement.ts'
import { type Table, table } from './table.ts'

/** After these a session is as it was; after any other (SET, BEGIN, LISTEN, DDL) it is closed rather than used again. */
const traceless = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'FETCH', 'SHOW', 'EXPLAIN'])

/** Errors that doing it again can mend: SQLSTATE classes and codes (postgresql.org/docs/current/errcodes-appendix.html). */
const serverGone = /^(57P0[1-5]|53300|53200|08(?!P01))/
const worthRepeating = new Set(['40001', '40P01', '55P03'])

/** pg's own client, with the time limit on the handshake only: a pool would also count waiting for a free connection. */
class HandshakeClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: limits.connectMsMax })
  }
}

/** What pg knows about its session and its types leave out. */
interface Session {
  readonly processID: number
  readonly secretKey: number
}

export function openPostgres(target: Target): Database {
  const streams = sockets()
  const pool = new pg.Pool({
    host: target.host,
    port: target.port,
    user: target.user ?? 'postgres',
    database: target.database ?? target.user ?? 'postgres',
    password: target.password ?? '',
    ssl: target.tls ? { rejectUnauthorized: true } : false,
    application_name: 'millrace',
    max: limits.connectionsMax,
    idleTimeoutMillis: limits.idleMsMax,
    allowExitOnIdle: true,
    stream: () => streams.open(),
    Client: HandshakeClient as unknown as new () => pg.ClientBase,
  })
  // An idle connection that breaks is dropped by the pool; the next statement opens another.
  pool.on('error', () => undefined)
  const timeouts = new WeakMap<pg.PoolClient, number>()

  return {
    async run(statement) {
      const { parameters } = statement
      if (parameters !== undefined && !Array.isArray(parameters)) {
        throw wrongParameters(target.shown, '`parameters` as a list, for $1, $2, … in `query`')
      }
      const client = await checkOut(pool, statement.signal).catch((cause: unknown) => {
        throw failure(target, statement, cause)
      })
      let reusable = false
      try {
        await prepareSession(client, timeouts, statement.timeMsMax)
        const { answer, command } = await execute(client, statement, parameters ?? [], target)
        reusable = traceless.has(command)
        return answer
      } catch (cause) {
        // Half-way through the protocol a session cannot be used again: pg sends no Sync after an error in this mode.
        throw failure(target, statement, cause)
      } finally {
        client.release(!reusable)
      }
    },
    close: () => streams.close(pool.end()),
  }
}

/** A connection, unless the step is over first; one that comes too late goes straight back. */
async function checkOut(pool: pg.Pool, signal: AbortSignal): Promise<pg.PoolClient> {
  signal.throwIfAborted()
  const coming = pool.connect()
  return new Promise((resolve, reject) => {
    const abort = () => {
      coming.then((client) => client.release()).catch(() => undefined)
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    coming
      .then((client) => {
        if (!signal.aborted) resolve(client)
      }, reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
}

async function prepareSession(
  client: pg.PoolClient,
  timeouts: WeakMap<pg.PoolClient, number>,
  timeMsMax: number,
): Promise<void> {
  const timeoutMs = Math.ceil(timeMsMax + limits.timeoutSlackMs)
  const before = timeouts.get(client)
  if (before === timeoutMs) return
  if (before === undefined) {
    client.on('error', () => undefined) // while checked out, its query hears of it
    await client.query(
      "SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'; SET bytea_output = 'hex'",
    )
  }
  await client.query(`SET statement_timeout = ${timeoutMs}`)
  timeouts.set(client, timeoutMs)
}

function execute(
  client: pg.PoolClient,
  statement: Statement,
  parameters: readonly Json[],
  target: Target,
): Promise<{ answer: Answer; command: string }> {
  const { signal, sql, rowsMax } = statement
  const config = {
    text: sql,
    values: parameters.map(parameterOf),
    rowMode: 'array',
    // The server sends one row more than allowed and then waits; leaving it there rolls the statement back.
    rows: rowsMax + 1,
    types: { getTypeParser: parserOf },
  }
  return new Promise((resolve, reject) => {
    const query = new pg.Query(config as unknown as pg.QueryConfig)
    let rows: Table | undefined
    const tableOf = (fields: readonly pg.FieldDef[]) =>
      table(
        fields.map((field) => ({ name: field.name, type: typeName(field.dataTypeID) })),
        statement,
      )
    const abort = () => {
      cancel(client as unknown as Session, target)
      reject(signal.reason)
    }
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', abort)
      act()
    }
    query.on('row', (values: unknown, result: unknown) => {
      try {
        rows ??= tableOf((result as pg.QueryResultBase).fields)
        rows.add(values as Json[])
      } catch (cause) {
        settle(() => reject(cause))
      }
    })
    query.on('error', (cause: unknown) => settle(() => reject(cause)))
    query.on('end', (result: unknown) => {
      const { fields, rowCount, command } = result as pg.QueryResultBase
      settle(() => resolve({ answer: (rows ?? tableOf(fields)).answer(rowCount ?? 0), command: command ?? '' }))
    })
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    client.query(query)
  })
}

/**
 * CancelRequest of the wire protocol (postgresql.org/docs/current/protocol-flow.html, "Canceling Requests in Progress"):
 * a connection of its own that says which session, and no more. The server never answers it, and takes it unencrypted.
 */
function cancel(session: Session, target: Target): void {
  const packet = Buffer.alloc(16)
  packet.writeInt32BE(16, 0)
  packet.writeInt32BE(80_877_102, 4)
  packet.writeInt32BE(session.processID, 8)
  packet.writeInt32BE(session.secretKey, 12)
  const socket = connectSocket({ host: target.host, port: target.port })
  socket.setTimeout(limits.connectMsMax, () => socket.destroy())
  socket.on('error', () => undefined).on('connect', () => socket.end(packet))
}

function failure(target: Target, statement: Statement, cause: unknown): unknown {
  statement.signal.throwIfAborted()
  if (cause instanceof pg.DatabaseError) return refusal(target, statement, cause)
  const { code, message } = cause as { code?: unknown; message?: unknown }
  const network = networkTrouble(code)
  if (network !== undefined) return unreachable(target.shown, network, cause)
  if (cause instanceof Error && /terminated|timeout|not queryable|ended|SSL/i.test(String(message))) {
    return unreachable(target.shown, `${message}.`, cause)
  }
  return cause
}

function refusal(target: Target, statement: Statement, cause: pg.DatabaseError): unknown {
  const sqlState = cause.code ?? ''
  if (sqlState === '57014') return timedOut(target.shown, statement.timeMsMax, cause)
  if (serverGone.test(sqlState)) return unreachable(target.shown, `${cause.message} (${sqlState}).`, cause)
  return refused(target.shown, statement.sql, {
    message: cause.message,
    code: sqlState,
    sqlState,
    position: cause.position === undefined ? undefined : Number(cause.position),
    hint: cause.hint,
    retryable: worthRepeating.has(sqlState),
    cause,
  })
}
