// The api over real rooms: PostgreSQL and ClickHouse in the process, a journal in memory, and the rooms
// themselves. Only the worker is a few lines, which answer as each test wants.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Access, accessMigrations, createAccess } from '@millrace/access'
import type { Blob } from '@millrace/blob'
import { createDispatch, type Dispatch, dispatchMigrations } from '@millrace/dispatch'
import type { Journal } from '@millrace/journal'
import { openMemoryJournal } from '@millrace/journal/memory'
import type { Olap } from '@millrace/olap'
import { openChdb } from '@millrace/olap/chdb'
import { decodeRun, encodeReport, type PluginDescription, type StepRun, subjects } from '@millrace/plugin'
import { createRefine, refineMigrations } from '@millrace/refine'
import { type Json, type Logger, systemClock, systemRandom } from '@millrace/stdx'
import { migrate, type Store } from '@millrace/store'
import { openPglite } from '@millrace/store/pglite'
import { encodeLogs, runAttributes, type Severity } from '@millrace/telemetry'
import { createWatch, type Watch, watchMigrations } from '@millrace/watch'
import { Registry } from 'prom-client'
import type { Api, ApiOptions, Memory } from '../contract.ts'
import { createApi } from '../create-api.ts'

export const adminToken = 'a-token-from-a-password-generator-0123456789'

const description = {
  version: '1.0.0',
  summary: 'A plugin of the tests.',
  about: '',
  effect: 'pure',
  output: {},
  secrets: [],
  literal: [],
  examples: [],
} as const

export const plugins: readonly PluginDescription[] = [
  { ...description, name: 'work', side: 'worker', input: { type: 'object' } },
  { ...description, name: 'transform', side: 'engine', input: { type: 'object', properties: { value: {} } } },
  {
    ...description,
    name: 'wait',
    side: 'engine',
    input: { type: 'object', properties: { for: { type: 'string' } }, additionalProperties: false },
  },
]

export interface House {
  readonly api: Api
  readonly options: ApiOptions
  readonly access: Access
  readonly dispatch: Dispatch
  readonly journal: Journal
  readonly olap: Olap
  readonly watch: Watch
  readonly memories: Memory[]
  readonly directory: string
  /** Messages that the platform logged. */
  readonly logged: string[]
  /** Log lines as a worker writes them. */
  log(runId: string, texts: readonly string[], attributes?: Readonly<Record<string, string>>, severity?: Severity): Promise<void>
  /** Another api over the same rooms. */
  another(options: Partial<ApiOptions>): Api
  close(): Promise<void>
}

export type Work = (command: StepRun, input: Json) => Json | Promise<Json>

export async function openHouse(work: Work = (_command, input) => input): Promise<House> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-api-'))
  const logged: string[] = []
  const logger = gathered(logged)
  const clock = systemClock
  const [store, olap] = await Promise.all([
    openPglite({ directory: join(directory, 'store') }),
    openChdb({ directory: join(directory, 'olap') }),
  ])
  const journal = openMemoryJournal({ clock })
  await migrate(store, [...accessMigrations, ...dispatchMigrations, ...refineMigrations, ...watchMigrations])
  const access = createAccess({ store, clock, randomBytes, adminToken, environments: ['prod'] })
  const watch = createWatch({ store, journal, olap, clock, logger, environments: ['dev', 'prod'] })
  const blob = memoryBlob()
  const dispatch = createDispatch({ store, journal, blob, clock, random: systemRandom, logger, plugins, env: {} })
  for (const room of [access, watch, dispatch]) await room.start()
  await employ(journal, work)
  const memories: Memory[] = [
    { kind: 'store', adapter: 'pglite', address: 'pglite:./data/store', ping: () => store.ping() },
    { kind: 'olap', adapter: 'chdb', address: 'chdb:./data/olap', ping: () => olap.ping() },
  ]
  const options: ApiOptions = {
    host: '127.0.0.1',
    port: 0,
    open: true,
    dispatch,
    watch,
    journal,
    olap,
    access,
    plugins,
    refine: createRefine({ store, olap, clock, logger }),
    platform: { version: '0.1.0', startedAt: clock.now(), roles: ['api'], memories, warnings: () => ['It runs open.'] },
    clock,
    logger,
    registry: new Registry(),
    webDirectory: undefined,
    examplesDirectory: undefined,
  }
  const api = createApi(options)
  await api.start()
  return {
    api,
    options,
    access,
    dispatch,
    journal,
    olap,
    watch,
    memories,
    directory,
    logged,
    log: (runId, texts, attributes = {}, severity = 'info') => writeLines(journal, runId, texts, attributes, severity),
    another: (changed) => createApi({ ...options, registry: new Registry(), ...changed }),
    async close() {
      for (const room of [api, dispatch, watch, access]) await room.stop()
      await closeAll([journal, olap, store])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function closeAll(memories: readonly Pick<Store, 'close'>[]): Promise<void> {
  for (const memory of memories) await memory.close()
}

let lastMs = 0

async function writeLines(
  journal: Journal,
  runId: string,
  texts: readonly string[],
  attributes: Readonly<Record<string, string>>,
  severity: Severity,
): Promise<void> {
  const records = texts.map((body) => {
    // Two lines of one microsecond have no order; these were written one after the other.
    lastMs = Math.max(systemClock.now(), lastMs + 0.001)
    return { atMs: lastMs, severity, body, attributes: { [runAttributes.run]: runId, ...attributes } }
  })
  await journal.append(encodeLogs('dev', records))
}

async function employ(journal: Journal, work: Work): Promise<void> {
  await journal.consume(
    { stream: 'command', name: 'worker', batchMax: 100, inFlightMax: 1000, ackWaitMs: 30_000 },
    async (batch, acks) => {
      await Promise.all(
        batch.map(async (delivery) => {
          const command = decodeRun(delivery.body) as StepRun
          const output = await work(command, 'value' in command.with ? command.with.value : null)
          const at = systemClock.now()
          const report = { ...command, type: 'step.completed', output: { value: output }, worker: 'w' } as const
          const body = encodeReport({ ...report, at, startedAt: at })
          await journal.append([{ subject: subjects.report(command.pool, command.plugin, command.runId), body }])
        }),
      )
      await acks.ack(batch)
    },
  )
}

function gathered(messages: string[]): Logger {
  const write = (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void messages.push(`${message} ${JSON.stringify(fields ?? {})}`)
  return { debug() {}, info() {}, warn: write, error: write }
}

function memoryBlob(): Blob {
  const bytes = new Map<string, Uint8Array>()
  return {
    put: async (name, given) => void bytes.set(name, given),
    get: async (name) => bytes.get(name),
    size: async (name) => bytes.get(name)?.length,
    remove: async (name) => void bytes.delete(name),
    list: async (prefix, namesMax) => [...bytes.keys()].filter((name) => name.startsWith(prefix)).slice(0, namesMax),
    close: async () => {},
  }
}
