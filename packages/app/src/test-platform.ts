// For tests: the real platform in a temporary directory, and a client to it.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, type Logger, quietLogger, systemClock } from '@millrace/stdx'
import { type Client, createClient } from './client.ts'
import { loadConfig } from './config.ts'
import { type RunningPlatform, startPlatform } from './platform.ts'
import type { RunJson } from './run-view.ts'

export interface TestPlatform {
  readonly platform: RunningPlatform
  readonly client: Client
  /** Publishes the text and runs it to its end. */
  run(text: string, inputs?: Record<string, unknown>): Promise<RunJson>
  rows(sql: string): Promise<readonly (readonly unknown[])[]>
  stop(): Promise<void>
}

export async function startTestPlatform(
  environment: Readonly<Record<string, string>> = {},
  logger: Logger = quietLogger,
  clock: Clock = systemClock,
): Promise<TestPlatform> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-app-'))
  const config = await loadConfig({ environment: {}, flags: { data: join(directory, 'data'), port: '0' }, directory })
  const platform = await startPlatform({ config, environment, logger, clock })
  const client = createClient({ server: platform.address })
  return {
    platform,
    client,
    async run(text, inputs = {}) {
      const { name, version } = await client.post<{ name: string; version: number }>('/v1/playbooks', { text })
      const started = await client.post<RunJson>('/v1/runs', { playbook: name, version, inputs })
      await platform.dispatch.ended('dev', started.id, AbortSignal.timeout(120_000))
      return await client.get<RunJson>(`/v1/runs/${started.id}`)
    },
    async rows(sql) {
      return (await client.post<{ rows: readonly (readonly unknown[])[] }>('/v1/query', { sql })).rows
    },
    async stop() {
      await platform.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
