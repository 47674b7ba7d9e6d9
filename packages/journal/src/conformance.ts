// What every journal must do, whatever keeps its records: in order, at least once, bounded. Time is real here, because
// a journal in another process knows no other; the tests wait for deliveries, never for a while.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { consumerConformance } from './conformance-consumer.ts'
import { type Bench, numbered, observe, record, text } from './conformance-observer.ts'
import { retentionConformance } from './conformance-retention.ts'
import type { Journal, StreamSpec } from './contract.ts'

export interface OpenedJournal {
  readonly journal: Journal
  /** Closes the journal and removes what it left. */
  close(): Promise<void>
}

const roomy = { retention: 'limits', bytesMax: 64 * 2 ** 20, recordsMax: 100_000, whenFull: 'refuse' } as const

export function journalConformance(
  name: string,
  storage: StreamSpec['storage'],
  open: () => Promise<OpenedJournal>,
): void {
  describe(`a journal ${name}`, () => {
    let opened: OpenedJournal
    const bench: Bench = {
      journal: undefined as unknown as Journal,
      stream: (stream, settings) =>
        bench.journal.ensureStream({ name: stream, subjects: [`${stream}.>`], storage, ...roomy, ...settings }),
    }
    beforeEach(async () => {
      opened = await open()
      bench.journal = opened.journal
    })
    afterEach(() => opened.close())
    appendConformance(bench)
    refusalConformance(bench)
    followConformance(bench)
    consumerConformance(bench)
    retentionConformance(bench)
  })
}

function appendConformance(bench: Bench): void {
  test('records are numbered from 1 and come back as they went in', async () => {
    await bench.stream('order')
    const headers = { traceparent: '00-ab-cd-01', empty: '', word: 'ä∞😀' }
    const body = Uint8Array.from({ length: 256 }, (_, i) => i)
    const before = Date.now()
    expect(await bench.journal.append([{ subject: 'order.new', body, headers }, record('order.old')])).toEqual([1, 2])
    expect(await bench.journal.append([record('order.new', '')])).toEqual([3])
    const [first, second, third] = await bench.journal.read('order', 1, 10)
    expect(first).toMatchObject({ subject: 'order.new', position: 1, headers })
    expect(Uint8Array.from(first?.body ?? [])).toEqual(body)
    expect(first?.at).toBeGreaterThanOrEqual(before - 1000)
    expect(first?.at).toBeLessThanOrEqual(Date.now() + 1000)
    expect(second).toMatchObject({ subject: 'order.old', position: 2 })
    expect(second?.headers ?? {}).toEqual({})
    expect(third?.body.byteLength).toBe(0)
  })

  test('reading starts at the position asked for and stops at the number asked for', async () => {
    await bench.stream('order')
    await bench.journal.append(numbered('order.new', 50))
    expect((await bench.journal.read('order', 11, 3)).map(text)).toEqual(['11', '12', '13'])
    expect((await bench.journal.read('order', 49, 10)).map(text)).toEqual(['49', '50'])
    expect(await bench.journal.read('order', 51, 10)).toEqual([])
  })

  test('appends at the same time keep each call together and leave no hole', async () => {
    await bench.stream('order')
    const calls = Array.from({ length: 60 }, (_, i) => bench.journal.append(numbered('order.new', 1 + (i % 5), i * 10)))
    const positions = await Promise.all(calls)
    for (const part of positions) expect(part).toEqual(part.map((_, i) => (part[0] ?? 0) + i))
    expect(positions.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 180 }, (_, i) => i + 1))
    const stored = await bench.journal.read('order', 1, 1000)
    expect(stored.map((each) => each.position)).toEqual(Array.from({ length: 180 }, (_, i) => i + 1))
    for (const [i, part] of positions.entries()) expect(text(stored[(part[0] ?? 0) - 1] as never)).toBe(String(i * 10))
  })

  test('one call may reach several streams, each with its own positions', async () => {
    await bench.stream('order')
    await bench.stream('log')
    await bench.journal.append([record('log.a')])
    const mixed = [record('order.a'), record('log.b'), record('order.b'), record('log.c')]
    expect(await bench.journal.append(mixed)).toEqual([1, 2, 2, 3])
    expect(await bench.journal.append([])).toEqual([])
  })
}

function refusalConformance(bench: Bench): void {
  test('what is no subject is refused, and nothing of its call is taken', async () => {
    await bench.stream('order')
    for (const subject of [
      '',
      'order',
      'order.',
      'order..a',
      'order.a b',
      'order.*',
      'order.>',
      `order.${'x'.repeat(600)}`,
    ]) {
      await expect(bench.journal.append([record('order.good'), record(subject)])).rejects.toMatchObject({
        code: expect.stringMatching(/^journal\.(?:subject_invalid|stream_unknown)$/),
      })
    }
    await expect(bench.journal.append([record('order.good'), record('nobody.takes')])).rejects.toMatchObject({
      code: 'journal.stream_unknown',
    })
    expect(await bench.journal.read('order', 1, 10)).toEqual([])
  })

  test('a record that is too large is refused, a megabyte is not', async () => {
    await bench.stream('order')
    const huge = { subject: 'order.new', body: new Uint8Array(9 * 2 ** 20) }
    await expect(bench.journal.append([huge])).rejects.toMatchObject({ code: 'journal.record_too_large' })
    const wordy = { ...record('order.new'), headers: { word: 'x'.repeat(20_000) } }
    await expect(bench.journal.append([wordy])).rejects.toMatchObject({ code: 'journal.record_too_large' })
    expect(await bench.journal.append([{ subject: 'order.new', body: new Uint8Array(2 ** 20) }])).toEqual([1])
  })

  test('a stream is made once; other settings or a second owner of a subject are refused', async () => {
    await bench.stream('order')
    await bench.stream('order')
    for (const settings of [{ retention: 'acknowledged' }, { recordsMax: 5 }, { subjects: ['other.>'] }] as const) {
      await expect(bench.stream('order', settings)).rejects.toMatchObject({ code: 'journal.stream_differs' })
    }
    for (const subjects of [['order.new'], ['*.new'], ['good.>', '>']]) {
      await expect(bench.stream('second', { subjects })).rejects.toMatchObject({ code: 'journal.stream_differs' })
    }
    await expect(bench.stream('a..b', { subjects: ['a..b'] })).rejects.toMatchObject({
      code: 'journal.stream_differs',
    })
  })

  test('streams that were never made are unknown, and a closed journal takes nothing', async () => {
    await expect(bench.journal.read('nothing', 1, 1)).rejects.toMatchObject({ code: 'journal.stream_unknown' })
    await expect(observe(bench.journal, { stream: 'nothing' })).rejects.toMatchObject({
      code: 'journal.stream_unknown',
    })
    await bench.stream('order')
    await bench.journal.close()
    await expect(bench.journal.append([record('order.new')])).rejects.toMatchObject({ code: 'journal.closed' })
    await expect(observe(bench.journal, { stream: 'order' })).rejects.toMatchObject({ code: 'journal.closed' })
  })
}

function followConformance(bench: Bench): void {
  test('whoever follows hears what comes from now on, and no more after leaving', async () => {
    await bench.stream('order')
    await bench.stream('log')
    await bench.journal.append([record('order.before')])
    const heard: string[] = []
    let enough = () => {}
    const two = new Promise<void>((resolve) => {
      enough = resolve
    })
    const leave = await bench.journal.follow('*.new', (each) => {
      heard.push(each.subject)
      if (heard.length === 2) enough()
      throw new Error('a follower harms nobody')
    })
    await bench.journal.append([record('order.new'), record('order.old'), record('log.new'), record('order.new.deep')])
    await two
    leave()
    await bench.journal.append([record('order.new')])
    expect(heard.sort()).toEqual(['log.new', 'order.new'])
    await expect(bench.journal.follow('a.>.b', () => {})).rejects.toMatchObject({ code: 'journal.subject_invalid' })
  })
}
