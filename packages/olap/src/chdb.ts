// ClickHouse inside this process. Every question gets a session of its own: opening one costs 0.4 ms, and settings,
// parameters, `readonly` and the current database die with it. (A session that is used again after a fault hands the
// failed query's first bytes to the next caller: chdb 3.4 clears its output only on success.)
//
//   <directory>/lock.*     who holds it
//   <directory>/engine/    what chDB keeps

import { join } from 'node:path'
import { type Logger, MillraceError, quietLogger } from '@millrace/stdx'
import { lockDirectory } from '@millrace/stdx/node'
import type { Session } from 'chdb'
import type { Olap } from './contract.ts'
import { olapErrors } from './errors.ts'
import { embeddedMemoryBytesMax, embeddedQueriesMax, embeddedThreadsMax, embeddedWritesMax } from './limits.ts'
import { parameterText, quoteName, quoteText } from './literal.ts'
import { olapOver } from './olap-over.ts'
import { engineFault, type Question, type Wire } from './wire.ts'

export interface ChdbOptions {
  /** Belongs to one process; made when absent. */
  readonly directory: string
  readonly logger?: Logger
  /** Threads of one query. */
  readonly threadsMax?: number
  /** Memory of all queries and inserts together. */
  readonly memoryBytesMax?: number
}

/**
 * Opens the embedded engine. Fails with `olap.locked` when another process holds the directory, and with
 * `olap.platform_unsupported` where chDB has no build.
 */
export async function openChdb(options: ChdbOptions): Promise<Olap> {
  const logger = options.logger ?? quietLogger
  const lock = await lockDirectory(options.directory)
  if ('heldBy' in lock) throw locked(options.directory, `process ${lock.heldBy}`)
  try {
    const began = performance.now()
    const chdb = await loadChdb()
    const directory = join(options.directory, 'engine')
    const connectionArgs = [
      `--max_server_memory_usage=${options.memoryBytesMax ?? embeddedMemoryBytesMax}`,
      `--mark_cache_size=${64 * 1024 * 1024}`,
      `--index_mark_cache_size=${64 * 1024 * 1024}`,
    ]
    const open = () => new chdb.Session(directory, { connectionArgs })
    // One session stays open as long as we do: the engine goes when the last one closes.
    const root = openRoot(open, options.directory)
    logger.debug('the embedded column store is open', {
      directory: options.directory,
      tookMs: Math.round(performance.now() - began),
    })
    const wire = chdbWire(open, options.threadsMax ?? embeddedThreadsMax, async (busy) => {
      // A session closed under a running query takes the engine down with it; the end of the process does not.
      if (!busy) {
        await chdb.drainPending()
        root.close()
      }
      await lock.release()
    })
    return olapOver(wire)
  } catch (cause) {
    await lock.release()
    throw cause
  }
}

type Chdb = typeof import('chdb')

/** Loaded when first needed: 150 MB of code that a process with a ClickHouse server never touches. */
async function loadChdb(): Promise<Chdb> {
  try {
    return await import('chdb')
  } catch (cause) {
    throw olapErrors.platform_unsupported(
      `The embedded column store does not load on ${process.platform} ${process.arch}: it has builds for Linux with glibc and for macOS, on x64 and arm64. ` +
        'Use one of those (on Windows: WSL 2; in containers: a Debian image in place of Alpine), or set `olap: clickhouse+http://…` to a ClickHouse server.',
      { cause },
    )
  }
}

function openRoot(open: () => Session, directory: string): Session {
  try {
    return open()
  } catch (cause) {
    const fault = engineFault(cause instanceof Error ? cause.message : String(cause))
    // 76 CANNOT_OPEN_FILE: chDB's own lock, held by something that is no Millrace.
    if (fault.number === 76) throw locked(directory, 'another program')
    throw olapErrors.unreachable(`The embedded column store in ${directory} does not open: ${fault.message}`, { cause })
  }
}

function locked(directory: string, holder: string): Error {
  return olapErrors.locked(
    `The columns in ${directory} are held by ${holder}. Stop that one, or start this one with another data directory.`,
  )
}

function chdbWire(open: () => Session, threadsMax: number, close: Wire['close']): Wire {
  const within = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const session = open()
    try {
      return await work(session)
    } catch (cause) {
      if (cause instanceof MillraceError) throw cause
      throw engineFault(cause instanceof Error ? cause.message : String(cause))
    } finally {
      session.close()
    }
  }

  let serial = 0

  /** chDB's own calls cannot be interrupted, but ClickHouse's statement can. When it fails, the query's limits remain. */
  const kill = (tag: string) =>
    within((session) =>
      session.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${quoteText(tag)} ASYNC`, { format: 'Null' }),
    ).catch(() => undefined)

  return {
    dialect: 'chdb',
    queriesMax: embeddedQueriesMax,
    writesMax: embeddedWritesMax,
    settings: { max_threads: threadsMax, implicit_select: 0 },
    ask: (question) =>
      within(async (session) => {
        const tag = `millrace-${++serial}`
        await session.queryAsync(preparation(question, tag))
        if (question.signal?.aborted === true) throw olapErrors.cancelled()
        const cancel = () => void kill(tag)
        question.signal?.addEventListener('abort', cancel)
        try {
          return (await session.queryAsync(question.sql, { format: question.format })).text()
        } finally {
          question.signal?.removeEventListener('abort', cancel)
        }
      }),
    insert: (table, values, settings) =>
      within(async (session) => {
        await session.insert({ table, values, format: 'JSONEachRow', settings: { ...settings } })
      }),
    close,
  }
}

/** Settings, parameters and database of a session that lives for one question. */
function preparation(question: Question, tag: string): string {
  const assignments = Object.entries(question.settings).map(
    ([name, value]) => `${name} = ${typeof value === 'number' ? value : quoteText(value)}`,
  )
  for (const [name, value] of Object.entries(question.parameters ?? {})) {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw olapErrors.sql_invalid(`${JSON.stringify(name)} is not a parameter’s name.`)
    assignments.push(`param_${name} = ${quoteText(parameterText(value))}`)
  }
  const use = question.database === undefined ? '' : `USE ${quoteName(question.database)}; `
  return `${use}SET log_comment = ${quoteText(tag)}, ${assignments.join(', ')}`
}
