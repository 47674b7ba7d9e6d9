// What a stream needs from where its records are kept. Memory answers at once; disk answers at once for what is still
// in its cache, and later for the rest. Positions only grow, and a record that was freed leaves a hole.

import type { JournalRecord, StoredRecord, StreamSpec } from './contract.ts'
import { journalErrors } from './errors.ts'
import { recordOverheadBytes } from './limits.ts'

export interface RecordLog {
  /** The lowest position that may hold a record; `last + 1` when there is none. */
  readonly first: number
  /** The highest position given out; 0 before the first. */
  readonly last: number
  readonly records: number
  readonly bytes: number
  /**
   * Takes all or none, and answers the position of the first. `LogHooks.appended` has been called by then.
   * `journal.full` when there is no room and the stream refuses, `journal.disk_full` when the disk has none.
   */
  append(records: readonly JournalRecord[]): number | Promise<number>
  /** Up to `recordsMax` records at or after `from`, in order; fewer does not mean the end, none does. */
  read(from: number, recordsMax: number): readonly StoredRecord[] | Promise<readonly StoredRecord[]>
  /** The record is needed no more. */
  free(record: StoredRecord): void
}

export interface LogHooks {
  /** Records that are now durable, in order of position. */
  appended(records: readonly StoredRecord[]): void
  /** Everything before this position was dropped to make room. */
  dropped(firstLeft: number): void
}

/** What a record counts for against `bytesMax`. */
export function recordBytes(record: JournalRecord): number {
  let bytes = recordOverheadBytes + record.subject.length + record.body.byteLength
  if (record.headers !== undefined) {
    for (const name in record.headers) bytes += name.length + (record.headers[name]?.length ?? 0)
  }
  return bytes
}

export function fullError(spec: StreamSpec, log: { readonly records: number; readonly bytes: number }) {
  return journalErrors.full(
    `The stream \`${spec.name}\` is full: ${log.records} of ${spec.recordsMax} records, ${log.bytes} of ${spec.bytesMax} bytes. Its consumers are behind; try again.`,
    { details: { stream: spec.name, records: log.records, bytes: log.bytes } },
  )
}

/** One append that could never fit, however empty the stream. */
export function tooLargeError(spec: StreamSpec, records: number, bytes: number) {
  return journalErrors.record_too_large(
    `${records} records of ${bytes} bytes at once are more than the stream \`${spec.name}\` holds (${spec.recordsMax} records, ${spec.bytesMax} bytes).`,
  )
}
