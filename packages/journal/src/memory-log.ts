// A stream's records in memory: for what another truth can send again.

import type { Clock } from '@millrace/stdx'
import type { StoredRecord, StreamSpec } from './contract.ts'
import { fullError, type LogHooks, type RecordLog, recordBytes, tooLargeError } from './record-log.ts'
import { recordPages } from './record-pages.ts'

export function memoryLog(spec: StreamSpec, clock: Clock, hooks: LogHooks): RecordLog {
  const pages = recordPages()
  let last = 0
  let bytes = 0

  /** True when there is room now; drops the oldest where the stream says so. */
  const makeRoom = (records: number, size: number): boolean => {
    const dropping = spec.whenFull === 'dropOldest'
    const before = pages.size
    while (pages.size + records > spec.recordsMax || bytes + size > spec.bytesMax) {
      const oldest = dropping ? pages.shift() : undefined
      if (oldest === undefined) return false
      bytes -= recordBytes(oldest)
    }
    if (pages.size < before) hooks.dropped(pages.first ?? last + 1)
    return true
  }

  const log: RecordLog = {
    get first() {
      return pages.first ?? last + 1
    },
    get last() {
      return last
    },
    get records() {
      return pages.size
    },
    get bytes() {
      return bytes
    },
    append(records) {
      let size = 0
      for (const record of records) size += recordBytes(record)
      if (size > spec.bytesMax || records.length > spec.recordsMax) throw tooLargeError(spec, records.length, size)
      if (!makeRoom(records.length, size)) throw fullError(spec, log)
      const at = clock.now()
      const first = last + 1
      const stored: StoredRecord[] = []
      for (const record of records) {
        const entry: StoredRecord = { ...record, position: ++last, at }
        pages.add(entry)
        stored.push(entry)
      }
      bytes += size
      hooks.appended(stored)
      return first
    },
    read: (from, recordsMax) => pages.range(Math.max(from, log.first), last, recordsMax),
    free(record) {
      const removed = pages.remove(record.position)
      if (removed !== undefined) bytes -= recordBytes(removed)
    },
  }
  return log
}
