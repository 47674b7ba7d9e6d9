// The address picks the adapter. This is the only file of the house that names one.

import { accessSync, constants, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Blob } from '@millrace/blob'
import type { Journal } from '@millrace/journal'
import type { Olap } from '@millrace/olap'
import { type Clock, type Logger, stopAll } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import type { Config } from './config.ts'
import { appErrors } from './errors.ts'

export interface Memories {
  readonly store: Store
  readonly journal: Journal
  readonly olap: Olap
  readonly blob: Blob
  close(): Promise<void>
}

interface Opening {
  readonly rest: string
  readonly address: string
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
}

type Adapters<T> = Readonly<Record<string, (opening: Opening) => Promise<T>>>

// Adapters are loaded when an address asks for them, so that a process pays only for those it uses.
const stores: Adapters<Store> = {
  pglite: async ({ rest, logger }) =>
    (await import('@millrace/store/pglite')).openPglite({
      directory: rest,
      logger,
      ...cachedTemplate(),
    }),
  postgres: async ({ address, logger }) =>
    (await import('@millrace/store/postgres')).openPostgres({ address, poolMax: 8, logger }),
}
const journals: Adapters<Journal> = {
  file: async ({ rest, clock, logger }) =>
    (await import('@millrace/journal/file')).openFileJournal({ directory: rest, clock, logger }),
  memory: async ({ clock, logger }) => (await import('@millrace/journal/memory')).openMemoryJournal({ clock, logger }),
}
const olaps: Adapters<Olap> = {
  chdb: async ({ rest, logger }) => (await import('@millrace/olap/chdb')).openChdb({ directory: rest, logger }),
  'clickhouse+http': async ({ address, logger }) =>
    (await import('@millrace/olap/clickhouse')).openClickhouse({ address, logger }),
}
const blobs: Adapters<Blob> = {
  file: async ({ rest }) => (await import('@millrace/blob/file')).openFileBlob({ directory: rest }),
}

/** Opens all four, at the same time; when one fails, the others are closed again. */
export async function openMemories(config: Config, clock: Clock, logger: Logger): Promise<Memories> {
  const shared = { config, clock, logger }
  const opened = await Promise.allSettled([
    pick('store', stores, config.store, shared),
    pick('journal', journals, config.journal, shared),
    pick('olap', olaps, config.olap, shared),
    pick('blob', blobs, config.blob, shared),
  ])
  const close = () =>
    stopAll(
      opened.flatMap((it) =>
        it.status === 'fulfilled' ? [{ name: '', start: async () => {}, stop: () => it.value.close() }] : [],
      ),
    )
  const failed = opened.find((it) => it.status === 'rejected')
  if (failed !== undefined) {
    await close().catch(() => undefined)
    throw failed.reason
  }
  const [store, journal, olap, blob] = opened.map((it) => (it.status === 'fulfilled' ? it.value : undefined)) as [
    Store,
    Journal,
    Olap,
    Blob,
  ]
  return { store, journal, olap, blob, close }
}

async function pick<T>(
  memory: string,
  adapters: Adapters<T>,
  address: string,
  shared: Omit<Opening, 'rest' | 'address'>,
): Promise<T> {
  const [scheme = ''] = address.split(':', 1)
  const open =
    adapters[
      scheme === 'postgresql' ? 'postgres' : scheme.replace(/s$/, (s) => (scheme === 'clickhouse+https' ? '' : s))
    ]
  if (open === undefined) {
    throw appErrors.address_unknown(
      `\`${memory}\` is "${withoutPassword(address)}"; expected an address that begins with ${Object.keys(adapters)
        .map((it) => `${it}:`)
        .join(' or ')}.`,
    )
  }
  return await open({ ...shared, address, rest: address.slice(scheme.length + 1) })
}

/** An initialised empty store is kept with the user's caches, so that every further fresh directory opens at once. */
function cachedTemplate(): { templateDirectory?: string } {
  const templateDirectory = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'millrace')
  try {
    mkdirSync(templateDirectory, { recursive: true })
    accessSync(templateDirectory, constants.W_OK)
    return { templateDirectory }
  } catch {
    return {}
  }
}

/** An address as it may be shown. */
export function withoutPassword(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//…@')
}
