// What a Python step costs beyond a step that does nothing.

import { openHouse } from './house.ts'
import { type Bench, beside, median } from './row.ts'

export const python: Bench = {
  name: 'python',
  async *measure(place) {
    const house = await openHouse(place, 'pglite')
    try {
      await house.publish('metadata: { name: none }\ntasks: { a: { steps: [{ id: x, plugin: nothing, with: {} }] } }')
      await house.publish(
        'metadata: { name: py }\ntasks: { a: { steps: [{ id: x, plugin: python, with: { code: "def main(): return 1" } }] } }',
      )
      await house.run('py')
      const none: number[] = []
      const py: number[] = []
      for (let i = 0; i < 60; i++) {
        none.push(await house.run('none'))
        py.push(await house.run('py'))
      }
      const value = median(py) - median(none)
      yield {
        name: 'Python step, overhead p50',
        value,
        unit: 'ms',
        target: 15,
        ...beside('a run of one step that does nothing', median(none), value),
        settings: { interpreter: 'warm', samples: 60 },
      }
    } finally {
      await house.stop()
    }
  },
}
