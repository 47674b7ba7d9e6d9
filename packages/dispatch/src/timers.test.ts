import { manualClock, seededRandom } from '@millrace/stdx'
import { expect, test } from 'vitest'
import { createTimers } from './timers.ts'

test('many ids fall due in order of time, each once', () => {
  const clock = manualClock(0)
  const random = seededRandom(7)
  const due: [string, number][] = []
  const timers = createTimers(clock, (id) => due.push([id, clock.now()]))
  const wanted = Array.from({ length: 500 }, (_, i) => [`r${i}`, 1 + Math.floor(random.next() * 10_000)] as const)
  for (const [id, at] of wanted) timers.set(id, at)
  clock.advance(20_000)
  expect(due).toHaveLength(500)
  for (const [id, at] of due) expect(at).toBe(wanted.find(([name]) => name === id)?.[1])
  expect(due.map(([, at]) => at)).toEqual(wanted.map(([, at]) => at).sort((a, b) => a - b))
})

test('the latest setting of an id counts, and taking it back leaves nothing', () => {
  const clock = manualClock(0)
  const due: string[] = []
  const timers = createTimers(clock, (id) => due.push(`${id} at ${clock.now()}`))
  timers.set('a', 10)
  timers.set('a', 50)
  timers.set('b', 20)
  timers.set('b', undefined)
  timers.set('c', 30)
  timers.set('c', 5)
  clock.advance(100)
  expect(due).toEqual(['c at 5', 'a at 50'])
  timers.set('d', 200)
  timers.stop()
  clock.advance(1000)
  expect(due).toHaveLength(2)
})
