// What every command shares: where the server is, how to write, how to end.

import type { Command } from 'commander'
import { type Client, createClient } from '../client.ts'
import { type Config, loadConfig } from '../config.ts'
import { configKeys } from '../config-key.ts'
import { appErrors } from '../errors.ts'
import { createOutput, type Output } from '../output.ts'
import { findServer } from '../server-file.ts'

export interface SharedOptions {
  readonly server?: string
  readonly token?: string
  readonly environment?: string
  readonly json?: boolean
  readonly config?: string
}

export interface Context {
  readonly options: SharedOptions & Readonly<Record<string, unknown>>
  readonly output: Output
  config(): Promise<Config>
  /** Refuses with `app.server_unreachable` when none runs. */
  client(): Promise<Client>
  /** Undefined when none runs. */
  findClient(): Promise<Client | undefined>
  connect(server: string): Client
  /** What the command answers the shell with. */
  exit(code: number): void
}

/** `exit` keeps the code for `main`, which returns it. */
export function contextOf(command: Command, exit: (code: number) => void): Context {
  const options = command.optsWithGlobals() as Context['options']
  const { env } = process
  const config = () => {
    const named = Object.fromEntries(configKeys.map((key) => [key.name, textOf(options[key.name])]))
    return loadConfig({
      ...(options.config === undefined ? {} : { file: options.config }),
      environment: env,
      flags: named,
      directory: process.cwd(),
    })
  }
  const connect = (server: string) =>
    createClient({
      server,
      token: options.token ?? env['MILLRACE_TOKEN'] ?? env['MILLRACE_ADMIN_TOKEN'],
      environment: options.environment ?? env['MILLRACE_ENVIRONMENT'],
    })
  const findClient = async () => {
    const server = await findServer(await config(), options.server ?? env['MILLRACE_SERVER'])
    return server === undefined ? undefined : connect(server)
  }
  return {
    options,
    output: createOutput(options.json === true),
    config,
    connect,
    findClient,
    async client() {
      const found = await findClient()
      if (found !== undefined) return found
      throw appErrors.server_unreachable(
        'No Millrace runs here. Start one with `millrace up`, or name one with `--server http://host:4400`.',
      )
    },
    exit,
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return Array.isArray(value) ? value.join(',') : String(value)
}
