// Records in memory by position. Pages, because records are freed out of order: one that stays for days must pin a
// page of slots, not every position since.

import type { StoredRecord } from './contract.ts'

const slotsPerPage = 512

interface Page {
  readonly slots: (StoredRecord | undefined)[]
  live: number
}

export interface RecordPages {
  /** The lowest position that may hold a record, or undefined when there is none. */
  readonly first: number | undefined
  readonly size: number
  add(record: StoredRecord): void
  get(position: number): StoredRecord | undefined
  remove(position: number): StoredRecord | undefined
  /** Up to `recordsMax` from `from` to `last`, in order. */
  range(from: number, last: number, recordsMax: number): StoredRecord[]
  /** Removes and answers the one with the lowest position. */
  shift(): StoredRecord | undefined
}

export function recordPages(): RecordPages {
  const pages = new Map<number, Page>()
  let size = 0

  const take = (index: number, page: Page, slot: number): StoredRecord | undefined => {
    const record = page.slots[slot]
    if (record === undefined) return undefined
    page.slots[slot] = undefined
    size--
    if (--page.live === 0) pages.delete(index)
    return record
  }
  const firstPage = (): [number, Page] | undefined => pages.entries().next().value
  const firstSlot = (page: Page) => page.slots.findIndex((record) => record !== undefined)

  return {
    get first() {
      const entry = firstPage()
      return entry === undefined ? undefined : entry[0] * slotsPerPage + firstSlot(entry[1])
    },
    get size() {
      return size
    },
    add(record) {
      const index = Math.floor(record.position / slotsPerPage)
      let page = pages.get(index)
      if (page === undefined) {
        page = { slots: Array.from({ length: slotsPerPage }), live: 0 }
        pages.set(index, page)
      }
      page.slots[record.position % slotsPerPage] = record
      page.live++
      size++
    },
    get: (position) => pages.get(Math.floor(position / slotsPerPage))?.slots[position % slotsPerPage],
    remove(position) {
      const index = Math.floor(position / slotsPerPage)
      const page = pages.get(index)
      return page === undefined ? undefined : take(index, page, position % slotsPerPage)
    },
    range(from, last, recordsMax) {
      const found: StoredRecord[] = []
      for (let at = from; at <= last && found.length < recordsMax; at++) {
        const page = pages.get(Math.floor(at / slotsPerPage))
        const record = page?.slots[at % slotsPerPage]
        if (record !== undefined) found.push(record)
        else if (page === undefined) at += slotsPerPage - 1 - (at % slotsPerPage)
      }
      return found
    },
    shift() {
      const entry = firstPage()
      return entry === undefined ? undefined : take(entry[0], entry[1], firstSlot(entry[1]))
    },
  }
}
