// The machine's clock is set while runs are under way: an hour on, then an hour back. Runs end, waits are neither skipped
// nor endless, and what was written is found.

import { type Clock, systemClock } from '@millrace/stdx'
import { expect, test } from 'vitest'
import { startTestPlatform } from './test-platform.ts'

const header = 'apiVersion: millrace.io/v1\nkind: Playbook\n'
const hourMs = 3_600_000

const text = `${header}
metadata: { name: clocked }
inputs: { n: { type: integer } }
tasks:
  a:
    steps:
      - { id: pause, plugin: wait, with: { for: 300ms } }
      - { id: shell, plugin: bash, with: { input: { n: "{{ inputs.n }}" }, script: cat } }
      - { id: write, plugin: dataset.write, with: { dataset: clocked, events: "{{ steps.shell.output }}" } }
outputs: { stored: "{{ tasks.a.output.stored }}" }
`

for (const [what, byMs] of [
  ['an hour on', hourMs],
  ['an hour back', -hourMs],
] as const) {
  test(`a clock that is set ${what} while runs wait and work`, async () => {
    let shiftMs = 0
    const clock: Clock = { now: () => systemClock.now() + shiftMs, after: systemClock.after }
    const house = await startTestPlatform({}, undefined, clock)
    try {
      const before = house.run(text, { n: 1 })
      // Only once the run waits is the clock set.
      const waits = async () => {
        const { items } = await house.platform.dispatch.runs('dev', { states: ['running'] }, { limit: 1 })
        return items.length
      }
      await expect.poll(waits, { interval: 5 }).toBe(1)
      shiftMs = byMs
      const after = house.run(text, { n: 2 })
      expect((await after).outputs).toEqual({ stored: 1 })
      // What waits for a moment that is now an hour away goes on when the clock is right again.
      if (byMs < 0) shiftMs = 0
      expect((await before).outputs).toEqual({ stored: 1 })
      expect((await after).outputs).toEqual({ stored: 1 })
      expect(await house.rows('SELECT n FROM clocked ORDER BY n')).toEqual([[1], [2]])
    } finally {
      await house.stop()
    }
  })
}
