// The whole house in one process: opens the memories, introduces the rooms to each other, starts them in order.

import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { accessMigrations, createAccess, environmentDefault } from '@millrace/access'
import { createApi } from '@millrace/api'
import { createDispatch, type Dispatch, dispatchMigrations } from '@millrace/dispatch'
import { environmentDatabase } from '@millrace/olap'
import type { Platform, Plugin } from '@millrace/plugin'
import { createRefine, type Refine, refineMigrations } from '@millrace/refine'
import { type Clock, type Logger, type Service, startAll, stopAll, systemClock, systemRandom } from '@millrace/stdx'
import { migrate } from '@millrace/store'
import { createWatch, watchMigrations } from '@millrace/watch'
import { createWorker } from '@millrace/worker'
import { type Config, isLoopback } from './config.ts'
import { appErrors } from './errors.ts'
import { type Memories, openMemories, withoutPassword } from './memories.ts'
import { createRegistry, registerDispatch } from './metrics.ts'
import { examplesDirectory, webDirectory } from './paths.ts'
import { descriptions, workerPlugins } from './plugins.ts'
import { environmentSecrets } from './secrets.ts'
import { version } from './version.ts'

export interface RunningPlatform {
  readonly address: string
  readonly dispatch: Dispatch
  readonly memories: Memories
  /** Shown once, at the very first start. */
  readonly firstToken: string | undefined
  stop(): Promise<void>
}

export interface PlatformOptions {
  readonly config: Config
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
  readonly clock?: Clock
  /** Beside the built-in ones, for who embeds the platform. */
  readonly plugins?: readonly Plugin[]
}

/** Rows that a step's query may bring back, and the memory it may take: a step is not a screen. */
const stepQuery = { memoryBytesMax: 1024 ** 3, resultBytesMax: 64 * 1024 ** 2 }

/** Starts everything; what fails is stopped again before the error is rethrown. */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const { config, logger } = options
  if (config.roles.length < 5) {
    throw appErrors.role_alone(
      `\`roles\` is ${config.roles.join(', ')}; in this version one process does all of api, dispatch, worker, refine, watch.`,
    )
  }
  const clock = options.clock ?? systemClock
  const memories = await openMemories(config, clock, logger)
  try {
    await migrate(memories.store, [...accessMigrations, ...dispatchMigrations, ...refineMigrations, ...watchMigrations])
    return await startRooms(options, clock, memories)
  } catch (cause) {
    await memories.close().catch(() => undefined)
    throw cause
  }
}

async function startRooms(options: PlatformOptions, clock: Clock, memories: Memories): Promise<RunningPlatform> {
  const { config, environment, logger } = options
  const rooms = { ...memories, clock, logger }
  const adminToken = environment['MILLRACE_ADMIN_TOKEN']
  const access = createAccess({
    ...rooms,
    randomBytes,
    environments: config.environments,
    ...(adminToken === undefined ? {} : { adminToken }),
  })
  const refine = createRefine(rooms)
  const watch = createWatch({ ...rooms, environments: [...new Set([environmentDefault, ...config.environments])] })
  const plugins = [...workerPlugins, ...(options.plugins ?? [])]
  const described = [...descriptions, ...(options.plugins ?? []).map((it) => it.description)]
  // Expressions read the platform's own address; it is known once the api listens, which is before any run starts.
  const env: Record<string, string> = { ...config.env, MILLRACE_URL: '' }
  const dispatch = createDispatch({
    ...rooms,
    random: systemRandom,
    plugins: described,
    env,
    keepRunsMs: config.keepRuns,
  })
  const registry = createRegistry()
  registerDispatch(registry, dispatch)
  const worker = createWorker({
    ...rooms,
    platform: lentPlatform(refine, memories),
    plugins,
    secrets: environmentSecrets(environment),
    name: `${hostname()}-${process.pid}`,
    pools: ['default'],
    slots: config.slots,
    directory: join(config.data, 'scratch'),
  })
  const api = createApi({
    ...rooms,
    host: config.host,
    port: config.port,
    open: config.open && isLoopback(config.host),
    dispatch,
    refine,
    watch,
    plugins: described,
    access,
    platform: aboutPlatform(config, memories, clock),
    webDirectory: webDirectory(),
    examplesDirectory: examplesDirectory(),
    registry,
  })
  // The api listens before dispatch recovers, so that recovered steps find the platform; it is ready when all are.
  const services: readonly Service[] = [access, watch, api, worker, addressed(dispatch, env, () => api.address)]
  await startAll(services)
  return {
    address: api.address,
    dispatch,
    memories,
    firstToken: access.firstStart()?.token,
    async stop() {
      await stopAll(services)
      await memories.close()
    },
  }
}

/** What steps may ask of the platform itself. */
function lentPlatform(refine: Refine, { olap }: Memories): Platform {
  return {
    datasetWrite: (request) => refine.datasetWrite(request),
    query: (request) =>
      olap.query(request.sql, {
        parameters: request.parameters,
        databases: [environmentDatabase(request.environment)],
        limits: { timeMsMax: request.timeMsMax, rowsMax: request.rowsMax, ...stepQuery },
      }),
  }
}

function aboutPlatform(config: Config, memories: Memories, clock: Clock) {
  return {
    version,
    startedAt: clock.now(),
    roles: config.roles,
    memories: memoriesOf(config, memories),
    warnings: () => warningsOf(config),
  }
}

function addressed(dispatch: Dispatch, env: Record<string, string>, address: () => string): Service {
  return {
    name: dispatch.name,
    async start() {
      env['MILLRACE_URL'] = address()
      await dispatch.start()
    },
    stop: () => dispatch.stop(),
  }
}

function memoriesOf(config: Config, { store, journal, olap, blob }: Memories) {
  const memory = (kind: 'store' | 'journal' | 'olap' | 'blob', ping: () => Promise<unknown>) => ({
    kind,
    adapter: config[kind].split(':', 1)[0] ?? '',
    address: withoutPassword(config[kind]),
    ping: async () => void (await ping()),
  })
  return [
    memory('store', () => store.ping()),
    memory('journal', () => journal.status('telemetry')),
    memory('olap', () => olap.ping()),
    memory('blob', () => blob.size('ping')),
  ]
}

function warningsOf(config: Config): string[] {
  return config.open && isLoopback(config.host)
    ? ['Open: whoever is at this machine may do everything without a token. Start with `--open false` to ask for it.']
    : []
}
