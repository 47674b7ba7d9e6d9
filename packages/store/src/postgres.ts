// Rows on a PostgreSQL server: a pool for statements and transactions, and one more connection for notices.

import { invariant, type Logger, messageOf, quietLogger } from '@millrace/stdx'
import pg from 'pg'
import type { SqlValue, Store, Transaction } from './contract.ts'
import { storeErrors } from './errors.ts'
import { connectMsMax, preparedMax, statementMsMax, transactionMsMax } from './limits.ts'
import { channelName } from './notice.ts'
import { PostgresListener } from './postgres-listener.ts'
import { abortedError, statementError, valueError } from './statement-error.ts'
import { within } from './time-limit.ts'
import { valueReader, valueText } from './values.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=…`, as libpq writes it. */
  readonly address: string
  /** Most connections for statements; one more hears notices. */
  readonly poolMax: number
  readonly logger?: Logger
}

/** Connects once, so that a wrong address fails here: `store.unreachable`. A connection lost later is made again. */
export async function openPostgres({ address, poolMax, logger = quietLogger }: PostgresOptions): Promise<Store> {
  if (!URL.canParse(address)) {
    const message = 'The address of the store is no URL; expected `postgres://user:password@host:port/database`.'
    throw storeErrors.unreachable(message, { retryable: false })
  }
  const store = new PostgresStore(address, poolMax, logger)
  try {
    await store.ping()
  } catch (cause) {
    await store.close()
    throw cause
  }
  return store
}

/** A plan that was prepared before somebody changed the table; the text is sent unprepared from then on. */
const stalePlan = '0A000'

class PostgresStore implements Store {
  readonly dialect = 'postgres'
  readonly #pool: pg.Pool
  readonly #listener: PostgresListener
  readonly #place: string
  /** Names of prepared statements; undefined for texts that are not prepared. */
  readonly #prepared = new Map<string, string | undefined>()
  #closed: Promise<void> | undefined

  constructor(address: string, poolMax: number, logger: Logger) {
    const config = clientConfig(address)
    this.#place = placeOf(address)
    this.#pool = new pg.Pool({ ...config, max: poolMax })
    // The pool listens to the errors of idle clients only; one that is lost while at work would end the process.
    this.#pool.on('connect', (client) => {
      client.on('error', (cause) => {
        broken.add(client)
        logger.warn('a connection to the database was lost', { error: cause.message })
      })
    })
    this.#pool.on('error', () => undefined)
    this.#listener = new PostgresListener(config, logger)
  }

  query<Row extends object>(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#withClient(async (client) => {
      try {
        return (await this.#run(client, text, parameters)) as Row[]
      } catch (cause) {
        if (!isStalePlan(cause)) throw cause
        return (await this.#run(client, text, parameters)) as Row[]
      }
    })
  }

  script(text: string): Promise<void> {
    return this.#withClient((client) => this.#script(client, text))
  }

  transaction<T>(work: (sql: Transaction) => Promise<T>): Promise<T> {
    return this.#withClient(async (client) => {
      let open = true
      // A connection carries one statement at a time, whether or not `work` waits between them.
      let turn: Promise<unknown> = Promise.resolve()
      const next = <R>(act: () => Promise<R>): Promise<R> => {
        invariant(open, 'a transaction is not used after it has ended')
        const answer = turn.then(act)
        turn = answer.catch(() => undefined)
        return answer
      }
      const sql: Transaction = {
        query: async (text, parameters = []) => next(async () => (await this.#run(client, text, parameters)) as never),
        script: async (text) => next(() => this.#script(client, text)),
      }
      await this.#script(client, 'BEGIN')
      try {
        const result = await within(transactionMsMax, work(sql))
        open = false
        await turn
        await this.#commit(client)
        return result
      } catch (cause) {
        open = false
        await this.#rollback(client)
        throw cause
      }
    })
  }

  async listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>> {
    return this.#listener.listen(channel, heard).catch((cause: unknown) => {
      throw this.#translate(cause, 'LISTEN')
    })
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.query('SELECT pg_notify($1, $2)', [channelName(channel), payload])
  }

  async ping(): Promise<void> {
    await this.query('SELECT 1')
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#listener.close(), this.#pool.end()]).then(() => undefined)
    return this.#closed
  }

  /** A connection for the time of `work`. One that broke, or may hold a transaction still, is not used again. */
  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw storeErrors.unreachable('The store is closed.', { retryable: false })
    const client = await this.#pool.connect().catch((cause: unknown) => {
      throw this.#translate(cause, 'connect')
    })
    try {
      return await work(client)
    } finally {
      client.release(broken.has(client))
    }
  }

  async #run(client: pg.PoolClient, text: string, parameters: readonly SqlValue[]): Promise<object[]> {
    const values = parameters.map(valueText)
    const name = this.#nameOf(text)
    const result = await client
      .query({ text, values, ...(name === undefined ? {} : { name }) })
      .catch((cause: unknown) => {
        const translated = this.#translate(cause, text, client)
        if (isStalePlan(translated)) this.#prepared.set(text, undefined)
        throw translated
      })
    return result.rows
  }

  async #script(client: pg.PoolClient, text: string): Promise<void> {
    await client.query(text).catch((cause: unknown) => {
      throw this.#translate(cause, text, client)
    })
  }

  async #commit(client: pg.PoolClient): Promise<void> {
    const { command } = await client.query('COMMIT').catch((cause: unknown) => {
      throw this.#translate(cause, 'COMMIT', client)
    })
    if (command === 'ROLLBACK') throw abortedError()
  }

  /** After a time limit a statement may still run, and ROLLBACK would wait behind it: then the connection goes. */
  async #rollback(client: pg.PoolClient): Promise<void> {
    if (broken.has(client)) return
    await within(connectMsMax, client.query('ROLLBACK')).catch(() => broken.add(client))
  }

  #nameOf(text: string): string | undefined {
    if (this.#prepared.has(text)) return this.#prepared.get(text)
    if (this.#prepared.size >= preparedMax) return undefined
    const name = `m${this.#prepared.size}`
    this.#prepared.set(text, name)
    return name
  }

  #translate(cause: unknown, statement: string, client?: pg.PoolClient): Error {
    if (cause instanceof pg.DatabaseError) return statementError(cause, statement)
    if (cause instanceof RangeError || cause instanceof SyntaxError) return valueError(cause, statement)
    if (client !== undefined) broken.add(client)
    const reason = messageOf(cause) || (cause as { code?: string }).code || 'no reason given'
    const unsure = statement === 'COMMIT' ? ' Whether the transaction was committed is not known.' : ''
    return storeErrors.unreachable(`The database at ${this.#place} does not answer: ${reason}.${unsure}`)
  }
}

/** Connections that must not go back into the pool. */
const broken = new WeakSet<pg.ClientBase>()

function isStalePlan(cause: unknown): boolean {
  return (cause as { details?: { sqlstate?: string } }).details?.sqlstate === stalePlan
}

/** How values are written; the readers in `values.ts` expect exactly this. */
const formats = ['timezone=UTC', 'datestyle=ISO', 'intervalstyle=postgres', 'bytea_output=hex', 'extra_float_digits=1']

/**
 * Statements are prepared, and a plan made while a table is empty is kept: it would go on to read all of the table when
 * there are millions of rows. Every statement of ours finds its rows by an index, so that is what plans must use.
 */
const plans = ['random_page_cost=1.1', 'enable_seqscan=off']

function clientConfig(address: string): pg.ClientConfig {
  const url = new URL(address)
  const ours = [...formats, ...plans].map((format) => `-c ${format}`).join(' ')
  url.searchParams.set('options', [url.searchParams.get('options'), ours].filter(Boolean).join(' '))
  return {
    connectionString: url.href,
    application_name: 'millrace',
    connectionTimeoutMillis: connectMsMax,
    statement_timeout: statementMsMax,
    idle_in_transaction_session_timeout: transactionMsMax,
    keepAlive: true,
    types: { getTypeParser: (oid: number) => valueReader(oid) as never },
  }
}

/** Host, port and database, without what is secret. */
function placeOf(address: string): string {
  const { host, pathname } = new URL(address)
  return `${host}${pathname}`
}
