import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@millrace/stdx'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { journalConformance } from './conformance.ts'
import { ackAll, numbered, observe, record, text } from './conformance-observer.ts'
import type { Journal, StreamSpec } from './contract.ts'
import { openFileJournal } from './file.ts'

for (const storage of ['disk', 'memory'] as const) {
  journalConformance(`in files, with a stream on ${storage}`, storage, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-journal-'))
    const journal = await openFileJournal({ directory, clock: systemClock })
    return {
      journal,
      async close() {
        await journal.close()
        await rm(directory, { recursive: true })
      },
    }
  })
}

const order: StreamSpec = {
  name: 'order',
  subjects: ['order.>'],
  storage: 'disk',
  retention: 'limits',
  bytesMax: 64 * 2 ** 20,
  recordsMax: 1_000_000,
  whenFull: 'refuse',
}
const acknowledged: StreamSpec = { ...order, retention: 'acknowledged' }

describe('a journal in files', () => {
  let directory: string
  let journal: Journal

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace-journal-'))
    journal = await openFileJournal({ directory, clock: systemClock })
  })
  afterEach(async () => {
    await journal.close()
    await rm(directory, { recursive: true })
  })

  const reopen = async (spec: StreamSpec) => {
    await journal.close()
    journal = await openFileJournal({ directory, clock: systemClock })
    await journal.ensureStream(spec)
  }
  const segments = async () => (await readdir(join(directory, 'order'))).filter((name) => name.endsWith('.seg')).sort()
  const diskBytes = async () => {
    let sum = 0
    for (const name of await segments()) sum += (await stat(join(directory, 'order', name))).size
    return sum
  }
  /** Changes bytes of the newest segment, as if the disk had. */
  const spoil = async (name: string, change: (bytes: Buffer) => Buffer) => {
    const path = join(directory, 'order', name)
    await writeFile(path, change(await readFile(path)))
  }

  test('records, positions of consumers and unacknowledged records are there after a restart', async () => {
    await journal.ensureStream(order)
    await journal.append(numbered('order.new', 10))
    const first = await observe(journal, { stream: 'order', name: 'reader', filter: 'order.*' }, (batch, acks) =>
      acks.ack(batch.filter((delivery) => delivery.position !== 4)),
    )
    await first.seen(10)
    await reopen(order)
    expect((await journal.read('order', 1, 100)).map(text)).toEqual(numbered('', 10).map(text))
    expect(await journal.append([record('order.new', '11')])).toEqual([11])
    const second = await observe(journal, { stream: 'order', name: 'reader', filter: 'order.*' })
    await second.seen(2)
    expect(second.bodies()).toEqual(['4', '11'])
    expect(second.deliveries.map((delivery) => delivery.deliveries)).toEqual([2, 1])
  })

  test('a directory belongs to one journal, and limits may change with a restart, but not what the records are', async () => {
    await expect(openFileJournal({ directory, clock: systemClock })).rejects.toThrow(`process ${process.pid};`)
    await journal.ensureStream(order)
    await reopen({ ...order, bytesMax: 5 * 2 ** 20, whenFull: 'dropOldest' })
    for (const other of [{ retention: 'acknowledged' }, { subjects: ['order.>', 'more.>'] }] as const) {
      await expect(reopen({ ...order, ...other })).rejects.toMatchObject({ code: 'journal.stream_differs' })
    }
  })

  test('a stream that was emptied goes on counting where it was', async () => {
    await journal.ensureStream(acknowledged)
    const reader = await observe(journal, { stream: 'order' })
    await journal.append(numbered('order.new', 20))
    await reader.seen(20)
    await reopen(acknowledged)
    expect(await journal.status('order')).toMatchObject({ records: 0, bytes: 0, positionLast: 20 })
    expect(await journal.append([record('order.new')])).toEqual([21])
  })

  test('a torn end is cut off, and appending goes on there', async () => {
    await journal.ensureStream(order)
    await journal.append(numbered('order.new', 5))
    await journal.close()
    await spoil('0000000000000001.seg', (bytes) => Buffer.concat([bytes, bytes.subarray(0, 30)]))
    await reopen(order)
    expect(await journal.append([record('order.new', '6')])).toEqual([6])
    await reopen(order)
    expect((await journal.read('order', 1, 100)).map(text)).toEqual(['1', '2', '3', '4', '5', '6'])
  })

  test('damage before the end stops the stream and says where it is', async () => {
    await journal.ensureStream(order)
    for (let i = 0; i < 3; i++) await journal.append(numbered('order.new', 5))
    await journal.close()
    await spoil('0000000000000001.seg', (bytes) => {
      bytes[60] = (bytes[60] ?? 0) ^ 1
      return bytes
    })
    await expect(reopen(order)).rejects.toMatchObject({
      code: 'journal.corrupt',
      message: expect.stringMatching(/0000000000000001\.seg is damaged at byte 45,/),
    })
  })

  test('damage of a sealed segment is found when it is read', async () => {
    await journal.ensureStream({ ...order, recordsMax: 40 })
    for (let i = 0; i < 4; i++) await journal.append(numbered('order.new', 5))
    expect((await segments()).length).toBeGreaterThan(1)
    await journal.close()
    await spoil('0000000000000001.seg', (bytes) => bytes.fill(0, 20, 25))
    await reopen({ ...order, recordsMax: 40 })
    await expect(journal.read('order', 1, 5)).rejects.toMatchObject({ code: 'journal.corrupt' })
    expect(await journal.read('order', 11, 5)).toHaveLength(5)
  })

  test('damaged positions of consumers cost redelivery, not records', async () => {
    await journal.ensureStream(order)
    const first = await observe(journal, { stream: 'order' })
    await journal.append(numbered('order.new', 3))
    await first.seen(3)
    for (const content of ['', 'nonsense', '1\n{}\n']) {
      await journal.close()
      for (const name of ['consumers.0', 'consumers.1']) await writeFile(join(directory, 'order', name), content)
      await reopen(order)
      const again = await observe(journal, { stream: 'order' })
      await again.seen(3)
      expect(again.bodies()).toEqual(['1', '2', '3'])
    }
  })

  test('when one file of positions is torn, the other counts', async () => {
    await journal.ensureStream(order)
    const first = await observe(journal, { stream: 'order' })
    await journal.append(numbered('order.new', 3))
    await first.seen(3)
    await reopen(order)
    const second = await observe(journal, { stream: 'order' })
    await journal.append(numbered('order.new', 1, 4))
    await second.seen(1)
    await journal.close()
    const paths = ['consumers.0', 'consumers.1'].map((name) => join(directory, 'order', name))
    const serials = await Promise.all(
      paths.map(async (path) => Number(/"serial":(\d+)/.exec(await readFile(path, 'utf8'))?.[1])),
    )
    await writeFile(paths[(serials[0] ?? 0) > (serials[1] ?? 0) ? 0 : 1] ?? '', 'torn')
    await reopen(order)
    const third = await observe(journal, { stream: 'order' })
    await third.seen(1)
    expect(third.bodies().at(-1)).toBe('4')
    expect(third.deliveries.length).toBeLessThanOrEqual(4)
  })

  test('a consumer far behind reads from the disk, in order and whole', async () => {
    await journal.ensureStream(order)
    const body = (i: number) => Buffer.alloc(40_000 + ((i * 977) % 9000), i % 256)
    for (let i = 0; i < 600; i += 20) {
      await journal.append(
        Array.from({ length: 20 }, (_, k) => ({ subject: `order.${(i + k) % 3}`, body: body(i + k) })),
      )
    }
    const huge = { subject: 'order.1', body: Buffer.alloc(3 * 2 ** 20, 7) }
    await journal.append([huge])
    const all = await observe(journal, { stream: 'order', name: 'all', inFlightMax: 50, batchMax: 7 })
    const some = await observe(journal, { stream: 'order', name: 'some', filter: 'order.1' })
    await Promise.all([all.seen(601), some.seen(201)])
    expect(all.deliveries.map((delivery) => delivery.position)).toEqual(Array.from({ length: 601 }, (_, i) => i + 1))
    expect(all.deliveries.slice(0, 600).every((delivery, i) => body(i).equals(delivery.body))).toBe(true)
    expect(all.deliveries[600]?.body.byteLength).toBe(huge.body.byteLength)
    expect(some.deliveries.slice(0, 200).every((delivery) => delivery.position % 3 === 2)).toBe(true)
  })

  test('the disk gives back what was acknowledged, also around a record that stays', async () => {
    await journal.ensureStream(acknowledged)
    const stays = new Set([100, 3000, 3001, 9000])
    const reader = await observe(journal, { stream: 'order', inFlightMax: 10_000 }, (batch, acks) =>
      acks.ack(batch.filter((delivery) => !stays.has(delivery.position))),
    )
    const body = Buffer.alloc(10_000)
    for (let i = 0; i < 10_000; i += 100) {
      await journal.append(Array.from({ length: 100 }, () => ({ subject: 'order.new', body })))
      await reader.seen(i + 100)
    }
    expect(await journal.status('order')).toMatchObject({ records: 4 })
    // Closing waits for the tidying; what is left is the growing segment and the four.
    await reopen(acknowledged)
    expect(await diskBytes()).toBeLessThan(9 * 2 ** 20)
    expect((await segments()).length).toBeLessThanOrEqual(3)
    expect((await journal.read('order', 1, 100)).map((each) => each.position)).toEqual([...stays])
    const again = await observe(journal, { stream: 'order' }, ackAll)
    await again.seen(4)
    expect(again.deliveries.map((delivery) => delivery.position)).toEqual([...stays])
    await reopen(acknowledged)
    expect(await journal.status('order')).toMatchObject({ records: 0, bytes: 0, positionLast: 10_000 })
  })

  test('what a crash left between compacting and deleting is not there twice', async () => {
    await journal.ensureStream({ ...acknowledged, recordsMax: 80 })
    await journal.append(numbered('order.new', 10))
    await journal.append(numbered('order.new', 10, 11))
    await journal.append(numbered('order.new', 10, 21))
    await journal.close()
    const [first, second] = await segments()
    const path = (name = '') => join(directory, 'order', name)
    await writeFile(path(first), Buffer.concat([await readFile(path(first)), await readFile(path(second))]))
    await reopen({ ...acknowledged, recordsMax: 80 })
    expect((await journal.read('order', 1, 100)).map(text)).toEqual(numbered('', 30).map(text))
    expect(await journal.status('order')).toMatchObject({ records: 30 })
  })
})
