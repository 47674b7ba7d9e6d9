import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredRecord } from './contract.ts'
import { encodeFrames } from './frame.ts'
import { scanSegment } from './segment-scan.ts'

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '∞', '-'), minLength: 1, maxLength: 12 })
const content = fc.record({
  subject: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('.')),
  body: fc.uint8Array({ maxLength: 200 }),
  headers: fc.option(fc.dictionary(word, fc.string()), { nil: undefined }),
  at: fc.nat({ max: 2 ** 31 }),
  gap: fc.nat({ max: 3 }),
})
/** Writes of calls of records, as group commit brings them. */
const writes = fc.array(fc.array(fc.array(content, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 5,
})

interface File {
  readonly buffer: Buffer
  readonly calls: readonly { readonly records: readonly StoredRecord[]; readonly end: number }[]
  /** Where the last write began. */
  readonly settled: number
}

type Content = typeof content extends fc.Arbitrary<infer T> ? T : never

function write(all: readonly (readonly (readonly Content[])[])[]): File {
  let position = 0
  let buffer: Buffer = Buffer.alloc(0)
  let settled = 0
  const calls: { records: StoredRecord[]; end: number }[] = []
  for (const some of all) {
    settled = buffer.length
    for (const call of some) {
      const records = call.map(({ gap, headers, ...rest }): StoredRecord => {
        position += 1 + gap
        return { ...rest, position, ...(headers === undefined ? {} : { headers: { ...headers } }) }
      })
      buffer = Buffer.concat([buffer, encodeFrames([records], settled)])
      calls.push({ records, end: buffer.length })
    }
  }
  return { buffer, calls, settled }
}

const plain = (record: StoredRecord) => ({ ...record, body: [...record.body] })

function expectCalls(file: File, found: ReturnType<typeof scanSegment>, upTo: number): void {
  const whole = file.calls.filter((call) => call.end <= upTo).flatMap((call) => call.records)
  expect(found.damagedAt).toBeUndefined()
  expect(found.frames.map((frame) => plain(frame.record))).toEqual(whole.map(plain))
}

test('what was written is read back', () => {
  fc.assert(
    fc.property(writes, fc.boolean(), (all, growing) => {
      const file = write(all)
      expectCalls(file, scanSegment(file.buffer, growing), file.buffer.length)
    }),
  )
})

test('a torn end costs the calls it tore, and no other', () => {
  fc.assert(
    fc.property(
      writes,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.uint8Array({ maxLength: 60 }),
      (all, share, junk) => {
        const file = write(all)
        const cut = Math.floor(share * file.buffer.length)
        expectCalls(file, scanSegment(file.buffer.subarray(0, cut), true), cut)
        expectCalls(
          file,
          scanSegment(Buffer.concat([file.buffer.subarray(0, cut), Buffer.from([0, ...junk])]), true),
          cut,
        )
      },
    ),
  )
})

test('a changed byte is never read: it is damage where it was settled, and a torn end where it was not', () => {
  fc.assert(
    fc.property(
      writes,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 1, max: 255 }),
      (all, share, flip) => {
        const file = write(all)
        const at = Math.floor(share * file.buffer.length)
        const broken = Buffer.from(file.buffer)
        broken[at] = (broken[at] ?? 0) ^ flip
        const found = scanSegment(broken, true)
        const expected = at < file.settled ? 'damaged' : 'torn'
        expect(found.damagedAt === undefined ? 'torn' : 'damaged').toBe(expected)
        expect(scanSegment(broken, false).damagedAt).toBeLessThanOrEqual(at)
        const intact = file.calls.findIndex((call) => call.end > at)
        const whole = file.calls.slice(0, intact).flatMap((call) => call.records)
        const read = found.frames.slice(0, whole.length).map((frame) => plain(frame.record))
        expect(read).toEqual(whole.map(plain))
      },
    ),
  )
})

test('anything at all is scanned without a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(scanSegment(Buffer.from(bytes), true).frames).toEqual([])
    }),
  )
})
