import { expect, test } from 'vitest'
import { recentCalls } from './recent-calls.ts'

test('the latest are remembered, within both bounds', () => {
  const recent = recentCalls(3, 100)
  for (const id of ['a', 'b', 'c', 'd']) recent.put(id, Buffer.from(id))
  expect(['a', 'b', 'c', 'd'].map((id) => recent.get(id) !== undefined)).toEqual([false, true, true, true])
  recent.put('large', Buffer.alloc(99))
  expect([recent.get('c'), recent.get('d')?.length, recent.get('large')?.length]).toEqual([undefined, 1, 99])
})

test('one report larger than the bound is not kept, and the same call twice counts once', () => {
  const recent = recentCalls(10, 100)
  recent.put('huge', Buffer.alloc(101))
  expect(recent.get('huge')).toBeUndefined()
  for (let i = 0; i < 50; i++) recent.put('same', Buffer.alloc(90))
  recent.put('other', Buffer.alloc(10))
  expect([recent.get('same')?.length, recent.get('other')?.length]).toEqual([90, 10])
})
