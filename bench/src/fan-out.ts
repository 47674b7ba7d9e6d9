// `forEach` over 100 and 10,000 items of a step that does nothing.

import { openHouse } from './house.ts'
import { type Bench, median } from './row.ts'

export const fanOut: Bench = {
  name: 'forEach',
  async *measure(place) {
    const store = place.postgres === undefined ? 'pglite' : 'postgres'
    const house = await openHouse(place, store)
    try {
      await house.publish(
        'metadata: { name: fan }\ninputs: { n: { type: integer } }\ntasks: { a: { forEach: { in: "{{ [1..inputs.n] }}", as: it, concurrency: 100 }, steps: [{ id: x, plugin: nothing, with: { v: "{{ it }}" } }] } }',
      )
      for (const [items, times] of [
        [100, 7],
        [10_000, 3],
      ] as const) {
        const took: number[] = []
        for (let i = 0; i < times; i++) took.push(await house.run('fan', { n: items }))
        yield {
          name: `forEach of ${items} worker-side items`,
          value: median(took),
          unit: 'ms',
          settings: { store, fsync: 'on', concurrency: 100 },
        }
      }
    } finally {
      await house.stop()
    }
  },
}
