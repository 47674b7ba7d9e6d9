// How long it takes until a screen hears of what was committed: from the start of a run to its message on the WebSocket.

import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { openHouse } from './house.ts'
import { type Bench, quantile } from './row.ts'

const samples = 60
const pauseMs = 150

export const live: Bench = {
  name: 'live',
  async *measure(place) {
    const house = await openHouse(place, 'pglite')
    const url = `${house.platform.address.replace('http', 'ws')}/graphql`
    const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 })
    const settings = { store: 'pglite', samples, batching: 'at most 10 messages a second' }
    let heard: (() => void) | undefined
    try {
      await house.publish(
        'metadata: { name: seen }\ntasks: { a: { steps: [{ id: x, plugin: transform, with: { value: 1 } }] } }',
      )
      client.subscribe(
        { query: 'subscription { runsChanged { id } }' },
        { next: () => heard?.(), error: () => undefined, complete: () => undefined },
      )
      await delay(500)
      const times: number[] = []
      for (let i = 0; i < samples; i++) {
        const told = new Promise<void>((resolve) => {
          heard = resolve
        })
        const begun = performance.now()
        await house.run('seen')
        await told
        times.push(performance.now() - begun)
        await delay(pauseMs)
      }
      yield { name: 'a change reaches a screen, p50', value: quantile(times, 0.5), unit: 'ms', settings }
      yield { name: 'a change reaches a screen, p99', value: quantile(times, 0.99), unit: 'ms', target: 200, settings }
    } finally {
      await client.dispose()
      await house.stop()
    }
  },
}
