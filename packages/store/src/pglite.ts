// Rows in this process: PostgreSQL as WebAssembly over a directory, with one session that everybody shares.
//
//   query ─────────┐
//   transaction ───┼──▶ turn (one at a time, first come first served) ──▶ session ──▶ files, fsync on
//   listen/notify ─┘

import type { PGlite } from '@electric-sql/pglite'
import { invariant, type Logger, messageOf, quietLogger, semaphore } from '@millrace/stdx'
import { lockDirectory } from '@millrace/stdx/node'
import type { Store, Transaction } from './contract.ts'
import { spaceGuard } from './disk-space.ts'
import { storeErrors } from './errors.ts'
import { sessionWaitingMax, transactionMsMax, vacuumEveryMs } from './limits.ts'
import { channelName, notices } from './notice.ts'
import { ensureCluster, openCluster } from './pglite-files.ts'
import { openSession, type Session } from './pglite-session.ts'
import { vacuum } from './pglite-vacuum.ts'
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
    const end = async (alive: boolean) => {
      if (alive) await pg.close()
      await lock.release()
    }
    return storeOver(pg, options, end)
  } catch (cause) {
    await lock.release()
    throw openError(options.directory, cause)
  }
}

/** Emscripten throws objects that are no errors. */
function openError(directory: string, cause: unknown): Error {
  const errno = (cause as { errno?: unknown }).errno
  if (errno === errnoNoSpace) return storeErrors.disk_full(undefined, { details: { directory } })
  const reason = cause instanceof Error ? cause.message : `error ${String(errno)} of the file system`
  return storeErrors.unreachable(`The embedded store in ${directory} does not open: ${reason}.`, {
    details: { directory },
    retryable: false,
    cause,
  })
}

/** WASI's number for "no space left on device". */
const errnoNoSpace = 51

function storeOver(pg: PGlite, options: PgliteOptions, end: (alive: boolean) => Promise<void>): Store {
  const { logger = quietLogger } = options
  const channels = notices(logger)
  const checkSpace = spaceGuard(options.directory)
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
    exclusive(async () => {
      if (!onlyReads.test(text)) checkSpace()
      return (await session.run(text, parameters.map(valueText))).rows as never
    })
  const script = (text: string) => exclusive(async () => void (await session.runScript(text)))
  const tidying = setInterval(() => {
    vacuum({ query }).catch((cause: unknown) => logger.warn('a vacuum failed', { error: messageOf(cause) }))
  }, vacuumEveryMs).unref()

  return {
    dialect: 'pglite',
    query,
    script: async (text) => {
      checkSpace()
      await script(text)
    },
    transaction: (work) =>
      exclusive(() => {
        checkSpace()
        return transact(session, checkSpace, work)
      }),
    async listen(channel, heard) {
      const remove = channels.add(channelName(channel), heard)
      await script(`LISTEN ${channel}`).catch((cause: unknown) => {
        remove()
        throw cause
      })
      return async () => {
        if (remove() && closed === undefined) await script(`UNLISTEN ${channel}`)
      }
    },
    notify: async (channel, payload) => void (await query('SELECT pg_notify($1, $2)', [channelName(channel), payload])),
    ping: async () => void (await query('SELECT 1')),
    close() {
      clearInterval(tidying)
      closed ??= turn.acquire().then(() => end(session.alive))
      return closed
    },
  }
}

/** A SELECT may call a function that writes; then the limit is passed by that little. */
const onlyReads = /^\s*(?:SELECT|SHOW|EXPLAIN)\b/i

async function transact<T>(
  session: Session,
  checkSpace: () => void,
  work: (sql: Transaction) => Promise<T>,
): Promise<T> {
  let open = true
  const ifOpen = <R>(act: () => R): R => {
    invariant(open, 'a transaction is not used after it has ended')
    return act()
  }
  const sql: Transaction = {
    query: async (text, parameters = []) =>
      ifOpen(async () => {
        if (!onlyReads.test(text)) checkSpace()
        return (await session.run(text, parameters.map(valueText))).rows as never
      }),
    script: async (text) => ifOpen(async () => void (await session.runScript(text))),
  }
  await session.run('BEGIN', [])
  try {
    const result = await within(transactionMsMax, work(sql))
    open = false
    if ((await session.run('COMMIT', [])).tag === 'ROLLBACK') throw abortedError()
    return result
  } catch (cause) {
    if (open && session.alive) await session.run('ROLLBACK', [])
    open = false
    throw cause
  }
}
