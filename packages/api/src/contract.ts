// What the api needs of the house: the rooms it opens to HTTP, and no more of each than it uses.

import type { Access, Principal } from '@millrace/access'
import type { Dispatch, Page, Paged } from '@millrace/dispatch'
import type { Journal } from '@millrace/journal'
import type { Olap } from '@millrace/olap'
import type { PluginDescription } from '@millrace/plugin'
import type { Refine } from '@millrace/refine'
import type { Clock, Logger, Service } from '@millrace/stdx'
import type { LogQuery, Watch, LogLine as WatchLine } from '@millrace/watch'
import type { Registry } from 'prom-client'

/** What a screen shows of a log line; `@millrace/watch` knows its trace as well. */
export type LogLine = Omit<WatchLine, 'traceId' | 'spanId'>

export type LogFilter = Pick<LogQuery, 'search' | 'task' | 'step' | 'item' | 'severityMin'>

/** One of the four memories, for `/readyz` and the platform's page. */
export interface Memory {
  readonly kind: 'store' | 'journal' | 'olap' | 'blob'
  readonly adapter: string
  /** Without credentials. */
  readonly address: string
  ping(): Promise<void>
}

export interface Platform {
  readonly version: string
  readonly startedAt: number
  readonly roles: readonly string[]
  readonly memories: readonly Memory[]
  /** Sentences a person should read, e.g. that the platform runs open. */
  warnings(): readonly string[]
}

/** The rooms behind the doors. */
export interface Rooms {
  readonly dispatch: Dispatch
  readonly refine: Refine
  readonly watch: Pick<Watch, 'logs'>
  readonly journal: Pick<Journal, 'follow'>
  readonly olap: Pick<Olap, 'query'>
  readonly plugins: readonly PluginDescription[]
  readonly access: Access
  readonly platform: Platform
  readonly clock: Clock
}

export interface ApiOptions extends Rooms {
  readonly host: string
  /** 0: any free one; `address` says which. */
  readonly port: number
  /** Who sits at this machine needs no token. Only on a loopback address. */
  readonly open: boolean
  /** The built console; without it `/` says so. */
  readonly webDirectory: string | undefined
  /** `<name>/<file>` below it is served at `/examples/`. */
  readonly examplesDirectory: string | undefined
  readonly logger: Logger
  /** Where `/metrics` reads, and where the api adds its own. */
  readonly registry: Registry
}

export interface Api extends Service {
  /** `http://127.0.0.1:4400`, once started. */
  readonly address: string
}

/** Who asks, where, and until when they listen. */
export interface Caller {
  readonly principal: Principal
  readonly environment: string
  readonly requestId: string
  /** Aborts when they have gone, and when the server stops. */
  readonly signal: AbortSignal
}

export type { Page, Paged }
