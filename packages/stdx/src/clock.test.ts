import { expect, test } from 'vitest'
import { manualClock } from './index.ts'

test('time that is held still moves when told, and fires what falls due in order', () => {
  const clock = manualClock(1000)
  const fired: string[] = []
  clock.after(20, () => fired.push(`b at ${clock.now()}`))
  clock.after(10, () => {
    fired.push(`a at ${clock.now()}`)
    clock.after(5, () => fired.push(`c at ${clock.now()}`))
  })
  clock.advance(9)
  expect(fired).toEqual([])
  clock.advance(11)
  expect(fired).toEqual(['a at 1010', 'c at 1015', 'b at 1020'])
  expect(clock.now()).toBe(1020)
})

test('what was cancelled does not fire', () => {
  const clock = manualClock()
  let fired = 0
  const cancel = clock.after(5, () => fired++)
  cancel()
  cancel()
  clock.advance(100)
  expect(fired).toBe(0)
})
