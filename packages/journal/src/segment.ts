// One file of a stream's records. Only the newest of a stream grows; the others only lose what is needed no more.

import { open, readFile } from 'node:fs/promises'
import type { StoredRecord } from './contract.ts'
import { journalErrors } from './errors.ts'
import { decodeFrame, type Frame } from './frame.ts'
import { markEveryBytes, readBytes } from './limits.ts'
import { PositionSet } from './position-set.ts'
import { scanSegment } from './segment-scan.ts'

/** Where in the file a reader may begin. */
interface Mark {
  readonly position: number
  readonly offset: number
}

export class Segment {
  readonly path: string
  /** No record in it has a lower position. */
  readonly first: number
  /** The highest position in it, or `first - 1`. */
  last: number
  /** Of the file; all of it durable. */
  size = 0
  /** Records that are still needed, and their bytes. */
  records = 0
  bytes = 0
  readonly #freed = new PositionSet()
  readonly #marks: Mark[] = []

  constructor(path: string, first: number) {
    this.path = path
    this.first = first
    this.last = first - 1
  }

  /** Notes a record whose frame follows in the file. */
  add(record: StoredRecord, frameSize: number): void {
    const mark = this.#marks.at(-1)
    if (mark === undefined || this.size - mark.offset >= markEveryBytes) {
      this.#marks.push({ position: record.position, offset: this.size })
    }
    this.size += frameSize
    this.last = record.position
    this.records++
    this.bytes += frameSize
  }

  /** Takes over the numbers of a file that was sealed whole, without reading it: no position is missing there. */
  trust(size: number, last: number): void {
    this.size = size
    this.last = last
    this.records = last - this.first + 1
    this.bytes = size
  }

  free(position: number, frameSize: number): void {
    this.#freed.add(position)
    this.records--
    this.bytes -= frameSize
  }

  isFreed(position: number): boolean {
    return this.#freed.has(position)
  }

  /** Reads all of the file. `growing` as in `scanSegment`; `journal.corrupt` when acknowledged bytes are damaged. */
  async scan(growing: boolean): Promise<Frame[]> {
    const scanned = scanSegment(await readFile(this.path), growing)
    if (scanned.damagedAt !== undefined) throw corrupt(this.path, scanned.damagedAt)
    return scanned.frames
  }

  /** Records at or after `from`, freed ones too, as many as one read of the disk gives; none when there are none. */
  async read(from: number): Promise<StoredRecord[]> {
    const found: StoredRecord[] = []
    const end = this.size
    const file = await open(this.path, 'r')
    try {
      let offset = this.#offsetBefore(from)
      let want = readBytes
      while (offset < end && found.length === 0) {
        const buffer = Buffer.allocUnsafe(Math.min(want, end - offset))
        await file.read(buffer, 0, buffer.length, offset)
        const came = decodeFrames(buffer, from, found)
        if (came > 0) offset += came
        else want = this.#wholeFrame(buffer, offset)
      }
    } finally {
      await file.close()
    }
    return found
  }

  /** The bytes of a frame that one read did not hold. */
  #wholeFrame(buffer: Buffer, offset: number): number {
    const frame = decodeFrame(buffer, 0)
    if (frame === undefined || !('short' in frame) || offset + frame.short > this.size) throw corrupt(this.path, offset)
    return frame.short
  }

  #offsetBefore(position: number): number {
    return this.#marks.findLast((mark) => mark.position <= position)?.offset ?? 0
  }
}

/** Decodes what is at or after `from` into `found`, and answers how many bytes are through. */
function decodeFrames(buffer: Buffer, from: number, found: StoredRecord[]): number {
  let at = 0
  while (at < buffer.length) {
    const frame = decodeFrame(buffer, at)
    if (frame === undefined || 'short' in frame) break
    if (frame.record.position >= from) found.push(frame.record)
    at = frame.end
  }
  return at
}

function corrupt(path: string, offset: number) {
  return journalErrors.corrupt(
    `The journal segment ${path} is damaged at byte ${offset}, where records had been acknowledged. Restore the file from a copy, or move it aside to go on without its records.`,
    { details: { path, offset } },
  )
}
