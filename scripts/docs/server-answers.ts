// What only a running server can say of itself: its OpenAPI document and its metrics. One is started for the question, on a
// free port, with its data in a folder that is removed.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, startPlatform } from '@millrace/app'
import { quietLogger } from '@millrace/stdx'
import type { OpenApi } from './api-page.ts'

export interface ServerAnswers {
  readonly openApi: OpenApi
  readonly metrics: string
}

export async function serverAnswers(): Promise<ServerAnswers> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-docs-'))
  try {
    const flags = { data: directory, port: '0', journal: 'memory:', examples: 'false' }
    const config = await loadConfig({ environment: {}, flags, directory })
    const platform = await startPlatform({ config, environment: {}, logger: quietLogger })
    try {
      // In this order: the metrics then count the first request, and show its labels.
      const openApi = (await (await fetch(`${platform.address}/v1/openapi.json`)).json()) as OpenApi
      return { openApi, metrics: await (await fetch(`${platform.address}/metrics`)).text() }
    } finally {
      await platform.stop()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
