// A stream's records on disk, as the stream sees them: admitted within its limits, written in groups, and read from
// memory as long as a consumer keeps up.
//
//   append ──▶ batcher ──▶ admit ──▶ one write, one fdatasync ──▶ cache ──▶ consumers
//                │                          │
//                └─ the next group gathers  └─ fails: everybody of the group is told, nothing was kept

import { type Batcher, batcher, type Clock } from '@millrace/stdx'
import type { JournalRecord, StoredRecord, StreamSpec } from './contract.ts'
import { journalErrors } from './errors.ts'
import { frameBytes } from './frame.ts'
import { cacheBytesMax, callsPerWriteMax, waitingBytesMax, waitingCallsMax } from './limits.ts'
import { fullError, type LogHooks, type RecordLog, tooLargeError } from './record-log.ts'
import { recordPages } from './record-pages.ts'
import type { SegmentFiles } from './segment-files.ts'

interface Call {
  readonly records: readonly JournalRecord[]
  readonly bytes: number
}

/** The position of a call's first record, or why it was refused while others of its group were taken. */
type Outcome = number | Error

export class FileLog implements RecordLog {
  readonly #spec: StreamSpec
  readonly #files: SegmentFiles
  readonly #clock: Clock
  readonly #hooks: LogHooks
  readonly #batcher: Batcher<Call, Outcome>
  #waitingBytes = 0
  /** The newest records. Every one that is needed from `#cacheFrom` on is here. */
  readonly #cache = recordPages()
  #cacheBytes = 0
  #cacheFrom: number
  /** What the disk gave last: a consumer that is behind comes again for what follows. */
  #ahead: readonly StoredRecord[] = []

  constructor(spec: StreamSpec, files: SegmentFiles, clock: Clock, hooks: LogHooks) {
    this.#spec = spec
    this.#files = files
    this.#clock = clock
    this.#hooks = hooks
    this.#cacheFrom = files.last + 1
    this.#batcher = batcher((calls) => this.#flush(calls), {
      itemsMax: callsPerWriteMax,
      waitingMax: waitingCallsMax,
      overflow: () => this.#behind(),
    })
  }

  get first(): number {
    return this.#files.first
  }

  get last(): number {
    return this.#files.last
  }

  get records(): number {
    return this.#files.records
  }

  get bytes(): number {
    return this.#files.bytes
  }

  async append(records: readonly JournalRecord[]): Promise<number> {
    let bytes = 0
    for (const record of records) bytes += frameBytes(record)
    const { bytesMax, recordsMax } = this.#spec
    if (bytes > bytesMax || records.length > recordsMax) throw tooLargeError(this.#spec, records.length, bytes)
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > waitingBytesMax) throw this.#behind()
    this.#waitingBytes += bytes
    try {
      const outcome = await this.#batcher.submit({ records, bytes })
      if (outcome instanceof Error) throw outcome
      return outcome
    } finally {
      this.#waitingBytes -= bytes
    }
  }

  #behind(): Error {
    return journalErrors.full(
      `The disk is behind: ${this.#batcher.waiting} appends to \`${this.#spec.name}\` with ${this.#waitingBytes} bytes wait for it. Try again.`,
    )
  }

  async #flush(calls: readonly Call[]): Promise<readonly Outcome[]> {
    const at = this.#clock.now()
    const outcomes: Outcome[] = []
    const taken: StoredRecord[][] = []
    let count = 0
    let bytes = 0
    for (const call of calls) {
      if (!(await this.#makeRoom(count + call.records.length, bytes + call.bytes))) {
        outcomes.push(fullError(this.#spec, this))
        continue
      }
      const first = this.#files.last + 1 + count
      taken.push(call.records.map((record, i) => ({ ...record, position: first + i, at })))
      outcomes.push(first)
      count += call.records.length
      bytes += call.bytes
    }
    if (taken.length > 0) await this.#files.write(taken, bytes)
    const stored = taken.flat()
    for (const record of stored) this.#remember(record)
    this.#hooks.appended(stored)
    return outcomes
  }

  /** Room for what this group brings in all; drops the oldest segments where the stream says so. */
  async #makeRoom(records: number, bytes: number): Promise<boolean> {
    const { recordsMax, bytesMax, whenFull } = this.#spec
    let dropped = false
    while (this.records + records > recordsMax || this.bytes + bytes > bytesMax) {
      if (whenFull === 'refuse' || !(await this.#files.dropOldest())) return false
      dropped = true
    }
    if (dropped) {
      const { first } = this
      while ((this.#cache.first ?? first) < first) this.#forget(this.#cache.shift())
      this.#hooks.dropped(first)
    }
    return true
  }

  #remember(record: StoredRecord): void {
    this.#cache.add(record)
    this.#cacheBytes += frameBytes(record)
    while (this.#cacheBytes > cacheBytesMax) {
      const oldest = this.#cache.shift()
      if (oldest !== undefined) this.#cacheFrom = oldest.position + 1
      this.#forget(oldest)
    }
  }

  #forget(record: StoredRecord | undefined): void {
    if (record !== undefined) this.#cacheBytes -= frameBytes(record)
  }

  read(from: number, recordsMax: number): readonly StoredRecord[] | Promise<readonly StoredRecord[]> {
    if (from >= this.#cacheFrom) return this.#cache.range(from, this.last, recordsMax)
    const ahead = this.#ahead.findIndex((record) => record.position >= from)
    if (ahead >= 0 && (this.#ahead[0]?.position ?? 0) <= from) {
      const found = this.#ahead.slice(ahead, ahead + recordsMax)
      if (found.every((record) => this.#files.has(record.position))) return found
    }
    return this.#files.read(from).then((found) => {
      this.#ahead = found
      return found.slice(0, recordsMax)
    })
  }

  free(record: StoredRecord): void {
    this.#files.free(record.position, frameBytes(record))
    this.#forget(this.#cache.remove(record.position))
  }

  async close(): Promise<void> {
    await this.#batcher.drain()
    this.#ahead = []
    await this.#files.close()
  }
}
