// The platform as it ships, with one plugin more that does nothing, so that what is measured is the engine.

import { join } from 'node:path'
import { loadConfig, type RunningPlatform, startPlatform } from '@millrace/app'
import type { Json, Plugin } from '@millrace/plugin'
import { quietLogger } from '@millrace/stdx'
import type { Place } from './row.ts'

export interface House {
  readonly platform: RunningPlatform
  /** Called with each call of the plugin `nothing`. */
  heard: (() => void) | undefined
  /** Starts a run and resolves with its milliseconds when it has ended well. */
  run(playbook: string, inputs?: Record<string, Json>): Promise<number>
  publish(text: string): Promise<void>
  stop(): Promise<void>
}

export async function openHouse(place: Place, store: 'pglite' | 'postgres'): Promise<House> {
  const data = join(place.directory, `house-${store}-${Math.round(performance.now())}`)
  const flags = {
    data,
    port: '0',
    ...(store === 'postgres' && place.postgres !== undefined ? { store: place.postgres } : {}),
  }
  const config = await loadConfig({ environment: {}, flags, directory: place.directory })
  const house: Partial<House> = { heard: undefined }
  const platform = await startPlatform({
    config,
    environment: {},
    logger: quietLogger,
    plugins: [nothing(() => house.heard?.())],
  })
  const { dispatch } = platform
  const environment = 'dev'
  return Object.assign(house, {
    platform,
    async run(playbook: string, inputs: Record<string, Json> = {}) {
      const begun = performance.now()
      const run = await dispatch.startRun({
        environment,
        playbook,
        inputs,
        trigger: { kind: 'api' as const },
        by: 'bench',
      })
      const ended = run.endedAt === undefined ? await dispatch.ended(environment, run.id) : run
      if (ended.state !== 'completed')
        throw new Error(`a run of ${playbook} ended as ${ended.state}: ${ended.error?.message}`)
      return performance.now() - begun
    },
    async publish(text: string) {
      await dispatch.publish({ environment, text: `apiVersion: millrace.io/v1\nkind: Playbook\n${text}`, by: 'bench' })
    },
    stop: () => platform.stop(),
  }) as House
}

function nothing(heard: () => void): Plugin {
  return {
    description: {
      name: 'nothing',
      version: '1.0.0',
      summary: 'Does nothing.',
      about: 'Answers what it is given.',
      side: 'worker',
      effect: 'pure',
      input: { type: 'object' },
      output: {},
      secrets: [],
      literal: [],
      examples: [],
    },
    call(input) {
      heard()
      return Promise.resolve(input)
    },
  }
}
