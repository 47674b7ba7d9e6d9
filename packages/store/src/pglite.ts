// Rows in this process: PostgreSQL as WebAssembly over a directory, with one session that everybody shares.
//
//   query ─────────┐
//   transaction ───┼──▶ turn (one at a time, first come first served) ──▶ session ──▶ files, fsync on
//   listen/notify ─┘

import type { PGlite } from '@electric-sql/pglite'
import { invariant, type Logger, quietLogger, semaphore } from '@millrace/stdx'
import { lockDirectory } from '@millrace/stdx/node'
import type { Store, Transaction } from './contract.ts'
import { storeErrors } from './errors.ts'
import { sessionWaitingMax, transactionMsMax } from './limits.ts'
import { channelName, notices } from './notice.ts'
import { ensureCluster, openCluster } from './pglite-files.ts'
import { openSession, type Session } from './pglite-session.ts'
import { abortedError } from './statement-error.ts'
import { within } from './time-limit.ts'
import { valueText } from './values.ts'

export interface PgliteOptions {
  /** Made when absent. Belongs to one process at a time. */
  readonly directory: string
  readonly logger?: Logger
  /** Where an initialised empty cluster is kept, so that the next fresh directory opens in a fraction of the time. */
  readonly templateDirectory?: string
}

/** Opens the embedded store: 3 s for a fresh directory without template, about 0.2 s afterwards. */
export async function openPglite(options: PgliteOptions): Promise<Store> {
  const lock = await lockDirectory(options.directory)
  if ('heldBy' in lock) {
    throw storeErrors.locked(
      `The store directory ${options.directory} belongs to the running process ${lock.heldBy}; stop that one, or choose another directory.`,
      { details: { directory: options.directory, pid: lock.heldBy } },
    )
  }
  try {
    const cluster = await ensureCluster(options.directory, options.templateDirectory)
    const pg = await openCluster(cluster)
    const end = async () => {
      await pg.close()
      await lock.release()
    }
    return storeOver(pg, options.logger ?? quietLogger, end)
  } catch (cause) {
    await lock.release()
    throw cause
  }
}

function storeOver(pg: PGlite, logger: Logger, end: () => Promise<void>): Store {
  const channels = notices(logger)
  const session = openSession(pg, channels.hear)
  const turn = semaphore(1)
  let waiting = 0
  let closed: Promise<void> | undefined

  const exclusive = async <T>(work: () => T | Promise<T>): Promise<T> => {
    if (closed !== undefined) throw storeErrors.unreachable('The store is closed.', { retryable: false })
    if (waiting >= sessionWaitingMax) throw storeErrors.unreachable(`${waiting} calls wait for the store already.`)
    waiting++
    const release = await turn.acquire()
    waiting--
    try {
      return await work()
    } finally {
      release()
    }
  }
  const query: Store['query'] = (text, parameters = []) =>
    exclusive(async () => (await session.run(text, parameters.map(valueText))).rows as never)
  const script = (text: string) => exclusive(async () => void (await session.runScript(text)))

  return {
    dialect: 'pglite',
    query,
    script,
    transaction: (work) => exclusive(() => transact(session, work)),
    async listen(channel, heard) {
      const remove = channels.add(channelName(channel), heard)
      await script(`LISTEN ${channel}`)
      return async () => {
        if (remove()) await script(`UNLISTEN ${channel}`)
      }
    },
    notify: async (channel, payload) => void (await query('SELECT pg_notify($1, $2)', [channelName(channel), payload])),
    ping: async () => void (await query('SELECT 1')),
    close() {
      closed ??= turn.acquire().then(end)
      return closed
    },
  }
}

async function transact<T>(session: Session, work: (sql: Transaction) => Promise<T>): Promise<T> {
  let open = true
  const ifOpen = <R>(act: () => R): R => {
    invariant(open, 'a transaction is not used after it has ended')
    return act()
  }
  const sql: Transaction = {
    query: async (text, parameters = []) =>
      ifOpen(async () => (await session.run(text, parameters.map(valueText))).rows as never),
    script: async (text) => ifOpen(async () => void (await session.runScript(text))),
  }
  await session.run('BEGIN', [])
  try {
    const result = await within(transactionMsMax, work(sql))
    open = false
    if ((await session.run('COMMIT', [])).tag === 'ROLLBACK') throw abortedError()
    return result
  } catch (cause) {
    if (open) await session.run('ROLLBACK', [])
    open = false
    throw cause
  }
}
