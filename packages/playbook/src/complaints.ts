// Gathers what is wrong with a playbook, each fault placed in the text its author wrote.

import type { Source } from '@millrace/lang'
import type { Complaint } from '@millrace/stdx'
import { playbookLimits } from './limits.ts'

export type ComplaintMore = Pick<Complaint, 'expected' | 'found' | 'hint'>

export interface Complaints {
  /** About the value at a pointer, or with `key` about the key itself. */
  at(pointer: string, code: string, message: string, more?: ComplaintMore & { readonly part?: 'key' | 'value' }): void
  /** About characters inside the text at a pointer. */
  inside(pointer: string, span: Span, code: string, message: string, more?: ComplaintMore): void
  /** Complaints of others whose pointers are within this document. */
  take(complaints: readonly Complaint[]): void
  /** Nothing so far but what does not run yet. */
  publishable(): boolean
  /** In the order of the text; at most 100. */
  list(): readonly Complaint[]
}

export interface Span {
  readonly offset: number
  readonly length: number
}

export function gatherComplaints(source: Source): Complaints {
  const gathered: Complaint[] = []
  let publishable = true
  /** Twice the limit, so that sorting by place still shows the first ones of the text. Finding the place costs time. */
  const add = (code: string, complaint: () => Complaint) => {
    if (code !== 'playbook.not_yet') publishable = false
    if (gathered.length < 2 * playbookLimits.complaintsMax) gathered.push(complaint())
  }
  return {
    at(pointer, code, message, { part = 'value', ...more } = {}) {
      add(code, () => ({ code, message, pointer, ...source.place(pointer, part), ...more }))
    },
    inside(pointer, span, code, message, more) {
      add(code, () => ({ code, message, pointer, ...source.placeIn(pointer, span.offset, span.length), ...more }))
    },
    take(complaints) {
      for (const complaint of complaints) {
        add(complaint.code, () => {
          const known = complaint.line !== undefined
          return { ...complaint, ...(known ? {} : source.place(complaint.pointer ?? '')) }
        })
      }
    },
    publishable: () => publishable,
    list() {
      const inOrder = gathered.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
      return inOrder.slice(0, playbookLimits.complaintsMax)
    },
  }
}
