// How long one run takes when nothing else goes on.

import { setTimeout as delay } from 'node:timers/promises'
import { openHouse } from './house.ts'
import { type Bench, median, type Place, quantile, type Row } from './row.ts'

const samples = 150
const pauseMs = 10

async function* ofStore(place: Place, store: 'pglite' | 'postgres'): AsyncGenerator<Row> {
  const house = await openHouse(place, store)
  const settings = { store, fsync: 'on', samples }
  try {
    await house.publish('metadata: { name: one }\ntasks: { a: { steps: [{ id: x, plugin: nothing, with: {} }] } }')
    const times: number[] = []
    for (let i = 0; i < samples; i++) {
      const begun = performance.now()
      house.heard = () => times.push(performance.now() - begun)
      await house.run('one')
      await delay(pauseMs)
    }
    house.heard = undefined
    const settled = times.slice(20)
    yield {
      name: `idle: start of a run to its first step at work, p50, ${store}`,
      value: quantile(settled, 0.5),
      unit: 'ms',
      target: 2,
      settings,
    }
    yield {
      name: `idle: start of a run to its first step at work, p99, ${store}`,
      value: quantile(settled, 0.99),
      unit: 'ms',
      settings,
    }
    for (const [side, plugin, target] of [
      ['engine', 'transform', 20],
      ['worker', 'nothing', undefined],
    ] as const) {
      const steps = Array.from(
        { length: 40 },
        (_, i) =>
          `{ id: s${i}, plugin: ${plugin}, with: { value: ${i === 0 ? 0 : `"{{ steps.s${i - 1}.output${plugin === 'nothing' ? '.value' : ''} + 1 }}"`} } }`,
      )
      await house.publish(`metadata: { name: forty-${side} }\ntasks: { a: { steps: [${steps.join(', ')}] } }`)
      const took: number[] = []
      for (let i = 0; i < 12; i++) took.push(await house.run(`forty-${side}`))
      yield {
        name: `40 sequential ${side}-side steps, ${store}`,
        value: median(took.slice(2)),
        unit: 'ms',
        ...(target === undefined ? {} : { target }),
        settings,
      }
    }
  } finally {
    await house.stop()
  }
}

export const latency: Bench = {
  name: 'latency',
  async *measure(place) {
    yield* ofStore(place, 'pglite')
    if (place.postgres !== undefined) yield* ofStore(place, 'postgres')
  },
}
