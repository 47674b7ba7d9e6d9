// The segment files of one stream.
//
//   0000000000000001.seg   sealed: read, made smaller when most of it is needed no more, deleted when all is
//   0000000000000419.seg   growing: every write ends with fdatasync, and one that fails is cut off again
//
// The newest file stays even when it is empty, because its name remembers where the positions go on.

import { type FileHandle, open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { invariant, type Logger, messageOf } from '@millrace/stdx'
import { compact } from './compaction.ts'
import type { StoredRecord, StreamSpec } from './contract.ts'
import { syncDirectory, writeAt, writeError } from './file-system.ts'
import { encodeFrames, type Frame, frameBytes } from './frame.ts'
import { segmentBytesMax, segmentBytesMin, segmentsPerStream } from './limits.ts'
import { Segment } from './segment.ts'

/** A file this small takes one block however little is in it. */
const worthCompactingBytes = 4096

const segmentName = /^\d{16}\.seg$/

type Needed = (record: StoredRecord) => boolean

export class SegmentFiles {
  readonly #directory: string
  readonly #logger: Logger
  readonly #segmentBytes: number
  readonly #segmentRecords: number
  /** By position; the last one grows. */
  #segments: Segment[] = []
  #file!: FileHandle
  /** A write that failed may have left bytes after the end. */
  #torn = false
  #records = 0
  #bytes = 0
  readonly #shrinking = new WeakSet<Segment>()
  /** Deleting and compacting, one after the other, beside the writes. */
  #housework: Promise<void> = Promise.resolve()

  private constructor(directory: string, spec: StreamSpec, logger: Logger) {
    this.#directory = directory
    this.#logger = logger
    this.#segmentBytes = Math.min(Math.max(spec.bytesMax / segmentsPerStream, segmentBytesMin), segmentBytesMax)
    this.#segmentRecords = Math.max(1, Math.floor(spec.recordsMax / segmentsPerStream))
  }

  /** `needed` tells for a stream whose records go one by one which of them have gone. */
  static async open(directory: string, spec: StreamSpec, needed: Needed, logger: Logger): Promise<SegmentFiles> {
    const files = new SegmentFiles(directory, spec, logger)
    await files.#load(spec.retention === 'limits' ? undefined : needed)
    return files
  }

  get first(): number {
    return this.#segments.find((segment) => segment.records > 0)?.first ?? this.last + 1
  }

  get last(): number {
    return this.#growing.last
  }

  /** Of the records that are still needed. */
  get records(): number {
    return this.#records
  }

  get bytes(): number {
    return this.#bytes
  }

  get #growing(): Segment {
    const segment = this.#segments.at(-1)
    invariant(segment !== undefined, 'a stream has a segment that grows')
    return segment
  }

  async #load(needed: Needed | undefined): Promise<void> {
    const names = (await readdir(this.#directory)).filter((name) => segmentName.test(name)).sort()
    for (const [i, name] of names.entries()) {
      const segment = new Segment(join(this.#directory, name), Number.parseInt(name, 10))
      const next = names[i + 1]
      if (next === undefined) await this.#recover(segment, needed)
      else if (needed !== undefined) addFrames(segment, await segment.scan(false), needed)
      else segment.trust((await stat(segment.path)).size, Number.parseInt(next, 10) - 1)
      this.#count(segment, 1)
      const before = this.#segments.at(-1)
      this.#segments.push(segment)
      if (before !== undefined && segment.first <= before.last) this.#drop(segment)
    }
    if (names.length === 0) await this.#grow(1)
    else this.#file = await open(this.#growing.path, 'r+')
    for (const segment of this.#segments.slice()) this.#tidy(segment)
  }

  /** Reads the segment that was written last, and cuts off what was never acknowledged. */
  async #recover(segment: Segment, needed: Needed | undefined): Promise<void> {
    addFrames(segment, await segment.scan(true), needed)
    const { size } = await stat(segment.path)
    if (size === segment.size) return
    const fields = { path: segment.path, bytes: size - segment.size }
    this.#logger.info('a journal segment ended in a write that was never acknowledged; it was cut off', fields)
    await truncate(segment.path, segment.size)
  }

  /** Appends the calls and makes them durable, all of them or none. Not to be called again before it is through. */
  async write(calls: readonly (readonly StoredRecord[])[], bytes: number): Promise<void> {
    let path = this.#growing.path
    try {
      const { size, first, last } = this.#growing
      const fullUp = size + bytes > this.#segmentBytes || last - first + 1 >= this.#segmentRecords
      if (size > 0 && fullUp) await this.#grow(last + 1)
      path = this.#growing.path
      if (this.#torn) await this.#cutBack()
      this.#torn = true
      await writeAt(this.#file, encodeFrames(calls, this.#growing.size), this.#growing.size)
      await this.#file.datasync()
      this.#torn = false
    } catch (cause) {
      // Should this fail too, the next write tries it again, or the next open does.
      if (this.#torn) await this.#cutBack().catch(() => undefined)
      throw writeError(cause, path)
    }
    for (const call of calls) {
      for (const record of call) this.#growing.add(record, frameBytes(record))
      this.#records += call.length
    }
    this.#bytes += bytes
  }

  async #cutBack(): Promise<void> {
    await this.#file.truncate(this.#growing.size)
    this.#torn = false
  }

  /** Seals the segment that grew until now and begins the next. */
  async #grow(first: number): Promise<void> {
    const path = join(this.#directory, `${String(first).padStart(16, '0')}.seg`)
    const file = await open(path, 'w+')
    try {
      await syncDirectory(this.#directory)
    } catch (cause) {
      await file.close()
      throw cause
    }
    const sealed = this.#segments.at(-1)
    if (sealed !== undefined) await this.#file.close()
    this.#file = file
    this.#segments.push(new Segment(path, first))
    if (sealed !== undefined) this.#tidy(sealed)
  }

  /** Records at or after `from`, as many as one read of the disk gives; none when there are none any more. */
  async read(from: number): Promise<StoredRecord[]> {
    for (let at = from; ; ) {
      const segment = this.#segments.find((each) => each.last >= at && each.records > 0)
      if (segment === undefined) return []
      const { last } = segment
      const found = await segment.read(at).catch((cause: unknown) => {
        // A segment that was compacted or deleted meanwhile is looked for again; another failure is one.
        if (this.#segments.includes(segment)) throw cause
        return undefined
      })
      if (found === undefined) continue
      const needed = found.filter((record) => !segment.isFreed(record.position))
      if (needed.length > 0) return needed
      at = (found.at(-1)?.position ?? last) + 1
    }
  }

  /** Whether the record is there and needed. */
  has(position: number): boolean {
    const segment = this.#segmentOf(position)
    return segment !== undefined && !segment.isFreed(position)
  }

  #segmentOf(position: number): Segment | undefined {
    const segment = this.#segments.findLast((each) => each.first <= position)
    return segment !== undefined && position <= segment.last ? segment : undefined
  }

  /** The record is needed no more; it was needed until now. */
  free(position: number, bytes: number): void {
    const segment = this.#segmentOf(position)
    if (segment === undefined || segment.isFreed(position)) return
    segment.free(position, bytes)
    this.#records--
    this.#bytes -= bytes
    this.#tidy(segment)
  }

  /** Forgets the oldest records, a segment of them; false when there is none. */
  async dropOldest(): Promise<boolean> {
    if (this.#records === 0) return false
    if (this.#segments.length === 1) await this.#grow(this.last + 1)
    const oldest = this.#segments[0]
    if (oldest !== undefined) this.#drop(oldest)
    return true
  }

  async close(): Promise<void> {
    await this.#housework
    await this.#file.close()
  }

  #count(segment: Segment, sign: 1 | -1): void {
    this.#records += sign * segment.records
    this.#bytes += sign * segment.bytes
  }

  /** A sealed segment goes when nothing in it is needed, and shrinks when most of it is not. */
  #tidy(segment: Segment): void {
    if (segment === this.#growing) return
    if (segment.records === 0) this.#drop(segment)
    else if (segment.bytes * 2 < segment.size && segment.size > worthCompactingBytes) this.#shrink(segment)
  }

  #drop(segment: Segment): void {
    const at = this.#segments.indexOf(segment)
    if (at < 0) return
    this.#segments.splice(at, 1)
    this.#count(segment, -1)
    this.#later(async () => {
      if (!this.#segments.some((each) => each.path === segment.path)) await rm(segment.path, { force: true })
    })
  }

  #shrink(segment: Segment): void {
    if (this.#shrinking.has(segment)) return
    this.#shrinking.add(segment)
    this.#later(async () => {
      const at = this.#segments.indexOf(segment)
      if (at < 0) return
      const before = this.#segments[at - 1]
      const together = before !== undefined && before.bytes + segment.bytes <= this.#segmentBytes / 2
      const parts: [Segment, ...Segment[]] = together ? [before, segment] : [segment]
      this.#replace(parts, await compact(parts))
    })
  }

  #replace(parts: readonly Segment[], compacted: Segment): void {
    const at = this.#segments.findIndex((each) => parts.includes(each))
    for (const part of parts) this.#drop(part)
    if (at >= 0) this.#segments.splice(at, 0, compacted)
    else this.#segments.unshift(compacted)
    this.#count(compacted, 1)
    this.#tidy(compacted)
  }

  /** What need not be done before an answer. Its failure costs space, no record: the next open does it again. */
  #later(work: () => Promise<void>): void {
    this.#housework = this.#housework.then(work).catch((cause: unknown) => {
      this.#logger.error('a journal could not be tidied up', { directory: this.#directory, error: messageOf(cause) })
    })
  }
}

function addFrames(segment: Segment, frames: readonly Frame[], needed: Needed | undefined): void {
  for (const { record } of frames) {
    const bytes = frameBytes(record)
    segment.add(record, bytes)
    if (needed !== undefined && !needed(record)) segment.free(record.position, bytes)
  }
}
