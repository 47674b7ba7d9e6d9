// Pages are keyset pages: the cursor is the key of the last row, so that what arrives meanwhile moves nothing.

import type { Page } from './contract.ts'
import { dispatchErrors } from './errors.ts'
import { dispatchLimits } from './limits.ts'

export function limitOf(page: Page): number {
  return Math.max(1, Math.min(Math.floor(page.limit), dispatchLimits.pageMax))
}

export function cursorWrite(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url')
}

export function cursorRead(cursor: string | undefined): string | undefined {
  if (cursor === undefined || cursor === '') return undefined
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  if (key === '' || cursorWrite(key) !== cursor) {
    throw dispatchErrors.cursor_invalid(`Found the cursor "${cursor.slice(0, 40)}"; expected the \`next\` of a page.`)
  }
  return key
}
