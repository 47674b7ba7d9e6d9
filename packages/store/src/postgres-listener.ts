// Hears notices on a connection of its own, for as long as anybody listens.
//
//   idle ──first listener──▶ connecting ──▶ listening ──connection lost──▶ waiting ──▶ connecting …
//     ▲                                        │                             (50 ms … 5 s, doubling)
//     └────────────────close───────────────────┘
//
// What is sent while the connection is away is missed: notices are hints, the truth is in tables.

import { type Logger, messageOf } from '@millrace/stdx'
import pg from 'pg'
import { reconnectMsMax, reconnectMsMin } from './limits.ts'
import { channelName, type Notices, notices } from './notice.ts'

export class PostgresListener {
  readonly #config: pg.ClientConfig
  readonly #logger: Logger
  readonly #notices: Notices
  #client: Promise<pg.Client> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #pauseMs = reconnectMsMin
  #closed = false

  constructor(config: pg.ClientConfig, logger: Logger) {
    this.#config = config
    this.#logger = logger
    this.#notices = notices(logger)
  }

  /** Resolves once notices on the channel are heard; rejects, and forgets the listener, when they cannot be. */
  async listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>> {
    const remove = this.#notices.add(channelName(channel), heard)
    try {
      const client = await this.#connected()
      await client.query(`LISTEN ${channel}`)
    } catch (cause) {
      remove()
      throw cause
    }
    return async () => {
      if (!remove() || this.#closed) return
      // When the connection is away there is nothing to undo: it comes back with the channels that are left.
      await this.#client?.then((client) => client.query(`UNLISTEN ${channel}`)).catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    const client = this.#client
    this.#client = undefined
    await client?.then((open) => open.end()).catch(() => undefined)
  }

  #connected(): Promise<pg.Client> {
    if (this.#client === undefined) {
      const connecting = this.#connect()
      this.#client = connecting
      connecting.catch(() => {
        if (this.#client === connecting) this.#client = undefined
      })
    }
    return this.#client
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config)
    client.on('notification', ({ channel, payload }) => this.#notices.hear(channel, payload ?? ''))
    client.on('error', (cause) => this.#lost(client, cause))
    client.on('end', () => this.#lost(client, new Error('the connection ended')))
    await client.connect()
    for (const channel of this.#notices.channels()) await client.query(`LISTEN ${channel}`)
    this.#pauseMs = reconnectMsMin
    return client
  }

  #lost(client: pg.Client, cause: Error): void {
    if (this.#client === undefined || this.#closed) return
    this.#client = undefined
    client.end().catch(() => undefined)
    this.#logger.warn('the connection for notices was lost and is made again', { error: cause.message })
    this.#again()
  }

  #again(): void {
    if (this.#closed || this.#notices.channels().length === 0) return
    this.#retry = setTimeout(() => {
      this.#connected().catch((cause: unknown) => {
        this.#logger.debug('the database is still away', { error: messageOf(cause), pauseMs: this.#pauseMs })
        this.#again()
      })
    }, this.#pauseMs)
    this.#retry.unref()
    this.#pauseMs = Math.min(this.#pauseMs * 2, reconnectMsMax)
  }
}
