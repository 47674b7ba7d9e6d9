import { manualClock } from '@millrace/stdx'
import { expect, test } from 'vitest'
import { pulse } from './pulse.ts'

/** A pulse over numbers, with a clock held still. */
function counted() {
  const clock = manualClock()
  let gathered: number[] = []
  let closings = 0
  const messages = pulse(
    clock,
    100,
    () => {
      const numbers = gathered
      gathered = []
      return numbers.length === 0 ? undefined : numbers
    },
    () => closings++,
  )
  const put = (number: number) => {
    gathered.push(number)
    messages.ring()
  }
  return { clock, messages, put, closings: () => closings }
}

/** Whether the promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const waiting = Symbol('waiting')
  return (await Promise.race([promise, Promise.resolve(waiting)])) !== waiting
}

test('the first change goes out at once, what follows waits its turn in one message', async () => {
  const { clock, messages, put } = counted()
  put(1)
  expect(await messages.next()).toEqual({ value: [1], done: false })
  const second = messages.next()
  put(2)
  put(3)
  clock.advance(99)
  expect(await settled(second)).toBe(false)
  clock.advance(1)
  expect(await second).toEqual({ value: [2, 3], done: false })
})

test('a reader that comes late gets one larger message, not a queue of them', async () => {
  const { clock, messages, put } = counted()
  for (let i = 0; i < 5; i++) {
    put(i)
    clock.advance(1000)
  }
  expect(await messages.next()).toEqual({ value: [0, 1, 2, 3, 4], done: false })
  expect(await settled(messages.next())).toBe(false)
})

test('leaving ends what waits, stops the gathering once, and stays left', async () => {
  const { messages, put, closings } = counted()
  const waiting = messages.next()
  await messages.return()
  await messages.return()
  expect(await waiting).toEqual({ value: undefined, done: true })
  put(1)
  expect(await messages.next()).toEqual({ value: undefined, done: true })
  expect(closings()).toBe(1)
})

test('an end lets the last message be read, without waiting for its turn', async () => {
  const { messages, put, closings } = counted()
  put(1)
  await messages.next()
  put(2)
  messages.end()
  expect(await messages.next()).toEqual({ value: [2], done: false })
  expect(await messages.next()).toEqual({ value: undefined, done: true })
  expect(closings()).toBe(1)
})

test('a ring with nothing to drain is no message', async () => {
  const { messages, put } = counted()
  const first = messages.next()
  messages.ring()
  expect(await settled(first)).toBe(false)
  put(1)
  expect(await first).toEqual({ value: [1], done: false })
})
