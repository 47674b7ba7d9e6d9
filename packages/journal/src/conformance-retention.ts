// The conformance of bounds: what may go goes, what is needed stays, and a stream never holds more than its limits.

import { expect, test } from 'vitest'
import { type Bench, numbered, observe, record, text } from './conformance-observer.ts'

export function retentionConformance(bench: Bench): void {
  freeingConformance(bench)
  limitConformance(bench)
}

function freeingConformance(bench: Bench): void {
  test('an acknowledged record goes once every consumer of it has acknowledged', async () => {
    await bench.stream('order', { retention: 'acknowledged' })
    const held: (() => Promise<void>)[] = []
    const quick = await observe(bench.journal, { stream: 'order', name: 'quick' })
    const slow = await observe(bench.journal, { stream: 'order', name: 'slow', filter: 'order.a.*' }, (batch, acks) => {
      held.push(() => acks.ack(batch))
    })
    await bench.journal.append([record('order.a.1'), record('order.b.1'), record('order.a.2')])
    await Promise.all([quick.seen(3), slow.seen(2)])
    expect((await bench.journal.read('order', 1, 10)).map((each) => each.position)).toEqual([1, 3])
    for (const ack of held.splice(0)) await ack()
    expect(await bench.journal.read('order', 1, 10)).toEqual([])
    expect(await bench.journal.status('order')).toMatchObject({ records: 0, bytes: 0, positionLast: 3 })
    expect(await bench.journal.append([record('order.a.3')])).toEqual([4])
  })

  test('what no consumer takes waits for one', async () => {
    await bench.stream('order', { retention: 'acknowledged' })
    const other = await observe(bench.journal, { stream: 'order', name: 'other', filter: 'order.b' })
    await bench.journal.append([record('order.a'), record('order.b')])
    await other.seen(1)
    const late = await observe(bench.journal, { stream: 'order', name: 'late', filter: 'order.a' })
    await late.seen(1)
    expect(late.bodies()).toEqual(['order.a'])
    expect(await bench.journal.status('order')).toMatchObject({ records: 0, bytes: 0 })
  })

  test('a stream that passes much and keeps little stays small', async () => {
    await bench.stream('order', { retention: 'acknowledged', recordsMax: 500, bytesMax: 10 ** 6 })
    const reader = await observe(bench.journal, { stream: 'order' }, (batch, acks) =>
      // One record is never acknowledged: it must not hold the others.
      acks.ack(batch.filter((delivery) => delivery.position !== 7)),
    )
    for (let i = 0; i < 40; i++) {
      await bench.journal.append(numbered('order.new', 100, i * 100 + 1))
      await reader.seen((i + 1) * 100)
    }
    expect(await bench.journal.status('order')).toMatchObject({ records: 1, positionLast: 4000 })
    expect((await bench.journal.read('order', 1, 10)).map(text)).toEqual(['7'])
  })

  test('with retention by limits an acknowledged record stays readable', async () => {
    await bench.stream('order')
    const reader = await observe(bench.journal, { stream: 'order' })
    await bench.journal.append(numbered('order.new', 3))
    await reader.seen(3)
    expect((await bench.journal.read('order', 1, 10)).map(text)).toEqual(['1', '2', '3'])
    expect(await bench.journal.status('order')).toMatchObject({
      records: 3,
      consumers: [{ name: 'reader', pending: 0, inFlight: 0 }],
    })
  })
}

function limitConformance(bench: Bench): void {
  test('a full stream refuses whole calls, and takes again when its consumers have caught up', async () => {
    await bench.stream('order', { retention: 'acknowledged', recordsMax: 5 })
    await bench.journal.append(numbered('order.new', 4))
    await expect(bench.journal.append(numbered('order.new', 2, 5))).rejects.toMatchObject({ code: 'journal.full' })
    expect(await bench.journal.status('order')).toMatchObject({ records: 4, positionLast: 4 })
    const reader = await observe(bench.journal, { stream: 'order' })
    await reader.seen(4)
    expect(await bench.journal.append(numbered('order.new', 2, 5))).toEqual([5, 6])
    await reader.seen(6)
    await expect(bench.journal.append(numbered('order.new', 6))).rejects.toMatchObject({
      code: 'journal.record_too_large',
    })
  })

  test('bytes count too', async () => {
    await bench.stream('order', { bytesMax: 10_000 })
    const big = { subject: 'order.new', body: new Uint8Array(4000) }
    await bench.journal.append([big])
    await bench.journal.append([big])
    await expect(bench.journal.append([big])).rejects.toMatchObject({ code: 'journal.full' })
    expect((await bench.journal.status('order')).bytes).toBeLessThanOrEqual(10_000)
    await expect(bench.journal.append([big, big, big])).rejects.toMatchObject({ code: 'journal.record_too_large' })
  })

  test('a stream that drops the oldest keeps the newest and its consumers go on with those', async () => {
    await bench.stream('order', { recordsMax: 100, whenFull: 'dropOldest' })
    const held = await observe(bench.journal, { stream: 'order', inFlightMax: 1, batchMax: 1 }, () => {})
    for (let i = 0; i < 10; i++) await bench.journal.append(numbered('order.new', 50, i * 50 + 1))
    await held.seen(1)
    await held.consumer.stop()
    const status = await bench.journal.status('order')
    expect(status.records).toBeLessThanOrEqual(100)
    expect(status.records).toBeGreaterThan(0)
    const left = await bench.journal.read('order', 1, 1000)
    expect(left.map((each) => each.position)).toEqual(
      Array.from({ length: status.records }, (_, i) => 501 - status.records + i),
    )
    const reader = await observe(bench.journal, { stream: 'order' })
    await reader.seen(status.records)
    expect(reader.bodies()).toEqual(left.map(text))
  })
}
