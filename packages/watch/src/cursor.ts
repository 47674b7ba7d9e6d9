// A page ends at a line, and lines may be alike: the cursor says the last line's nanosecond and checksum, and how many
// such lines have been shown.

import { watchErrors } from './errors.ts'

export interface Cursor {
  readonly nanoseconds: string
  readonly checksum: number
  readonly shown: number
}

export function cursorRead(text: string): Cursor {
  const parts = /^(\d{1,19})-(\d{1,10})-(\d{1,6})$/.exec(text)
  if (parts === null || Number(parts[2]) > 0xffffffff) {
    throw watchErrors.cursor_invalid(
      `Found the cursor ${JSON.stringify(text.slice(0, 60))}; expected the \`next\` of the page before, unchanged.`,
    )
  }
  return { nanoseconds: parts[1] ?? '', checksum: Number(parts[2]), shown: Number(parts[3]) }
}

/** The cursor after a page: `ids` are its line ids in order, `before` the cursor it began at. */
export function cursorAfter(ids: readonly string[], before: Cursor | undefined): string | undefined {
  const last = ids.at(-1)
  if (last === undefined) return undefined
  let shown = 0
  for (let i = ids.length - 1; i >= 0 && ids[i] === last; i--) shown++
  const same = before !== undefined && `${before.nanoseconds}-${before.checksum}` === last
  return `${last}-${same ? before.shown + shown : shown}`
}
