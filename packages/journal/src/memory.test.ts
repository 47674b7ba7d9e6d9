import { manualClock, systemClock } from '@millrace/stdx'
import { expect, test } from 'vitest'
import { journalConformance } from './conformance.ts'
import { numbered, observe } from './conformance-observer.ts'
import { openMemoryJournal } from './memory.ts'

journalConformance('in memory', 'memory', async () => {
  const journal = openMemoryJournal({ clock: systemClock })
  return { journal, close: () => journal.close() }
})

test('waits are counted by the clock that was given', async () => {
  const clock = manualClock()
  const journal = openMemoryJournal({ clock })
  await journal.ensureStream({
    name: 'order',
    subjects: ['order.>'],
    storage: 'memory',
    retention: 'limits',
    bytesMax: 2 ** 20,
    recordsMax: 100,
    whenFull: 'refuse',
  })
  const reader = await observe(journal, { stream: 'order', ackWaitMs: 1000 }, () => {})
  await journal.append(numbered('order.new', 2))
  await reader.seen(2)
  clock.advance(999)
  await Promise.resolve()
  expect(reader.deliveries).toHaveLength(2)
  clock.advance(1)
  await reader.seen(4)
  expect(reader.deliveries.map((delivery) => delivery.deliveries)).toEqual([1, 1, 2, 2])
  expect(reader.deliveries[3]?.at).toBe(clock.now() - 1000)
  await journal.close()
})
