// Two-step durable runs a second, at several concurrencies, on both stores; beside them the floor and DBOS.

import { dbosRunsPerSecond } from './dbos.ts'
import { floorRunsPerSecond } from './floor.ts'
import { type House, openHouse } from './house.ts'
import { ratePerSecond } from './rate.ts'
import { type Bench, beside, median, type Place, type Row } from './row.ts'

const secondsEach = 4
const target = 2000

const playbooks = {
  worker:
    'metadata: { name: two-worker }\ntasks: { a: { steps: [{ id: x, plugin: nothing, with: { v: 1 } }, { id: y, plugin: nothing, with: { v: "{{ steps.x.output.v }}" } }] } }',
  engine:
    'metadata: { name: two-engine }\ntasks: { a: { steps: [{ id: x, plugin: transform, with: { value: 1 } }, { id: y, plugin: transform, with: { value: "{{ steps.x.output }}" } }] } }',
} as const

/** The median of three, because the machine is shared. */
async function steadyRate(work: () => Promise<unknown>, concurrency: number): Promise<number> {
  const rates: number[] = []
  for (let i = 0; i < 3; i++) rates.push(await ratePerSecond(work, concurrency, secondsEach / 3))
  return median(rates)
}

async function* ofStore(
  place: Place,
  store: 'pglite' | 'postgres',
  peers: Readonly<Record<number, number>>,
): AsyncGenerator<Row> {
  const house: House = await openHouse(place, store)
  try {
    for (const side of ['worker', 'engine'] as const) {
      await house.publish(playbooks[side])
      await ratePerSecond(() => house.run(`two-${side}`), 10, 1)
      for (const concurrency of [1, 10, 100]) {
        const value = await steadyRate(() => house.run(`two-${side}`), concurrency)
        const peer = peers[concurrency] ?? 0
        yield {
          name: `two-step runs, ${side}-side steps, ${store}, concurrency ${concurrency}`,
          value,
          unit: 'runs/s',
          ...(concurrency === 100 ? { target } : {}),
          ...(peer > 0 ? beside('DBOS on the same PostgreSQL', peer, value) : {}),
          settings: { store, fsync: 'on', telemetry: 'on', journal: 'file' },
        }
      }
    }
  } finally {
    await house.stop()
  }
}

export const runs: Bench = {
  name: 'runs',
  async *measure(place) {
    const floor = await floorRunsPerSecond(place.directory, 100, secondsEach)
    yield {
      name: 'floor: two records a run, append-only file, concurrency 100',
      value: floor,
      unit: 'runs/s',
      settings: { fsync: 'on', commit: 'group' },
    }
    const peers: Record<number, number> = {}
    if (place.postgres !== undefined) {
      for (const concurrency of [1, 10, 100]) {
        const value = await dbosRunsPerSecond(place.postgres, concurrency, secondsEach)
        peers[concurrency] = value
        yield {
          name: `DBOS: two-step workflows, concurrency ${concurrency}`,
          value,
          unit: 'runs/s',
          settings: { store: 'postgres', fsync: 'on' },
        }
      }
      yield* ofStore(place, 'postgres', peers)
    }
    yield* ofStore(place, 'pglite', peers)
  },
}
