// The conformance of consumers: everything, in order, shared by name, within their limits, again when not acknowledged.

import { expect, test } from 'vitest'
import { type Bench, numbered, observe, record } from './conformance-observer.ts'

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, i) => String(from + i))

export function consumerConformance(bench: Bench): void {
  deliveryConformance(bench)
  sharingConformance(bench)
  redeliveryConformance(bench)
  durabilityConformance(bench)
}

function deliveryConformance(bench: Bench): void {
  test('a consumer gets what was there before it and what comes after, in order', async () => {
    await bench.stream('order')
    await bench.journal.append(numbered('order.new', 250))
    const reader = await observe(bench.journal, { stream: 'order' })
    await reader.seen(250)
    for (let from = 251; from <= 500; from += 50) await bench.journal.append(numbered('order.new', 50, from))
    await reader.seen(500)
    expect(reader.bodies()).toEqual(numbers(500))
    for (const batch of reader.batches) expect(batch.length).toBeLessThanOrEqual(100)
    expect(reader.deliveries.every((delivery) => delivery.deliveries === 1)).toBe(true)
  })

  test('a filter lets through what it names, with wildcards', async () => {
    await bench.stream('command')
    const subjects = ['command.a.http', 'command.b.http', 'command.a.sql', 'command.a.http.x', 'command.a.http.y.z']
    await bench.journal.append(subjects.map((subject) => record(subject)))
    for (const [filter, wanted] of [
      ['command.a.http', [0]],
      ['command.*.http', [0, 1]],
      ['command.a.>', [0, 2, 3, 4]],
      ['command.*.http.>', [3, 4]],
      ['command.a.*.x', [3]],
      ['>', [0, 1, 2, 3, 4]],
    ] as const) {
      const reader = await observe(bench.journal, {
        stream: 'command',
        name: `n${wanted.join('')}${wanted.length}`,
        filter,
      })
      await reader.seen(wanted.length)
      await reader.consumer.stop()
      expect(reader.bodies()).toEqual(wanted.map((i) => subjects[i]))
    }
  })

  test('batchMax and inFlightMax hold, and an acknowledgement makes room', async () => {
    await bench.stream('order')
    await bench.journal.append(numbered('order.new', 20))
    const acked: (() => Promise<void>)[] = []
    const reader = await observe(bench.journal, { stream: 'order', batchMax: 3, inFlightMax: 7 }, (batch, acks) => {
      acked.push(() => acks.ack(batch))
    })
    await reader.seen(7)
    expect((await bench.journal.status('order')).consumers).toEqual([{ name: 'reader', pending: 13, inFlight: 7 }])
    expect(reader.batches.map((batch) => batch.length)).toEqual([3, 3, 1])
    while (reader.deliveries.length < 20 || acked.length > 0) {
      await acked.shift()?.()
      await reader.seen(Math.min(20, reader.deliveries.length))
    }
    expect(reader.bodies()).toEqual(numbers(20))
  })
}

function sharingConformance(bench: Bench): void {
  test('consumers of one name share the records, those of two names each get all', async () => {
    await bench.stream('order')
    const [left, right] = [
      await observe(bench.journal, { stream: 'order', name: 'pair', batchMax: 1 }),
      await observe(bench.journal, { stream: 'order', name: 'pair', batchMax: 1 }),
    ]
    const alone = await observe(bench.journal, { stream: 'order', name: 'alone' })
    for (let i = 1; i <= 40; i++) await bench.journal.append(numbered('order.new', 5, i * 5 - 4))
    await alone.seen(200)
    while (left.deliveries.length + right.deliveries.length < 200) {
      await Promise.race([left.seen(left.deliveries.length + 1), right.seen(right.deliveries.length + 1)])
    }
    expect(
      [...left.bodies(), ...right.bodies()]
        .map(Number)
        .sort((a, b) => a - b)
        .map(String),
    ).toEqual(numbers(200))
    expect(left.deliveries.length).toBeGreaterThan(0)
    expect(right.deliveries.length).toBeGreaterThan(0)
    expect(alone.bodies()).toEqual(numbers(200))
  })

  test('one name with two filters at once is refused', async () => {
    await bench.stream('order')
    await observe(bench.journal, { stream: 'order', name: 'same', filter: 'order.a' })
    await expect(observe(bench.journal, { stream: 'order', name: 'same', filter: 'order.b' })).rejects.toMatchObject({
      code: 'journal.consumer_differs',
    })
    await expect(observe(bench.journal, { stream: 'order', name: 'none', batchMax: 0 })).rejects.toMatchObject({
      code: 'journal.consumer_differs',
    })
  })
}

function redeliveryConformance(bench: Bench): void {
  test('what is not acknowledged in time comes again, and only that', async () => {
    await bench.stream('order')
    const reader = await observe(bench.journal, { stream: 'order', ackWaitMs: 60 }, (batch, acks) =>
      acks.ack(batch.filter((delivery) => delivery.deliveries > 1 || delivery.position !== 2)),
    )
    await bench.journal.append(numbered('order.new', 3))
    await reader.seen(4)
    expect(reader.bodies()).toEqual(['1', '2', '3', '2'])
    expect(reader.deliveries.at(-1)?.deliveries).toBe(2)
  })

  test('what is given back comes again at once, or after its delay', async () => {
    await bench.stream('order')
    const reader = await observe(bench.journal, { stream: 'order', batchMax: 1, inFlightMax: 1 }, (batch, acks) =>
      batch[0]?.deliveries === 1 ? acks.nak(batch, batch[0].position === 1 ? 80 : 0) : acks.ack(batch),
    )
    const start = Date.now()
    await bench.journal.append(numbered('order.new', 3))
    await reader.seen(6)
    expect(reader.bodies().filter((body) => body !== '1')).toEqual(['2', '2', '3', '3'])
    expect(reader.bodies().at(-1)).toBe('1')
    expect(Date.now() - start).toBeGreaterThanOrEqual(75)
  })

  test('a handler that throws gets its batch again', async () => {
    await bench.stream('order')
    const reader = await observe(bench.journal, { stream: 'order' }, (batch, acks) => {
      if (batch[0]?.deliveries === 1) throw new Error('broken on purpose')
      return acks.ack(batch)
    })
    await bench.journal.append(numbered('order.new', 2))
    while ((await bench.journal.status('order')).consumers[0]?.pending !== 0)
      await reader.seen(reader.deliveries.length + 1)
    expect(reader.deliveries.filter((delivery) => delivery.deliveries === 2).map((each) => each.position)).toEqual([
      1, 2,
    ])
  })

  test('extending keeps a record from coming again', async () => {
    await bench.stream('order')
    const reader = await observe(
      bench.journal,
      { stream: 'order', ackWaitMs: 150, batchMax: 1 },
      async (batch, acks) => {
        if (batch[0]?.position !== 1) return acks.ack(batch)
        // Three waits long, in steps of half a wait.
        for (let i = 0; i < 6; i++) {
          await new Promise((resolve) => setTimeout(resolve, 75))
          await acks.extend(batch)
        }
        await acks.ack(batch)
      },
    )
    await bench.journal.append(numbered('order.new', 1))
    await reader.seen(1)
    await reader.consumer.stop()
    expect(reader.bodies()).toEqual(['1'])
  })
}

function durabilityConformance(bench: Bench): void {
  test('a consumer that was away goes on where it was, and gets again what it had not acknowledged', async () => {
    await bench.stream('order')
    const first = await observe(bench.journal, { stream: 'order' }, (batch, acks) =>
      acks.ack(batch.filter((delivery) => delivery.position % 2 === 0)),
    )
    await bench.journal.append(numbered('order.new', 6))
    await first.seen(6)
    await first.consumer.stop()
    await bench.journal.append(numbered('order.new', 2, 7))
    const second = await observe(bench.journal, { stream: 'order' })
    await second.seen(5)
    await second.consumer.stop()
    expect(second.bodies()).toEqual(['1', '3', '5', '7', '8'])
    const third = await observe(bench.journal, { stream: 'order' })
    await bench.journal.append(numbered('order.new', 1, 9))
    await third.seen(1)
    expect(third.bodies()).toEqual(['9'])
  })

  test('stopping waits for the handlers that run', async () => {
    await bench.stream('order')
    const events: string[] = []
    const reader = await observe(bench.journal, { stream: 'order' }, async (batch, acks) => {
      await new Promise((resolve) => setImmediate(resolve))
      await acks.ack(batch)
      events.push('handled')
    })
    await bench.journal.append(numbered('order.new', 1))
    while (reader.deliveries.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await reader.consumer.stop()
    events.push('stopped')
    expect(events).toEqual(['handled', 'stopped'])
  })
}
