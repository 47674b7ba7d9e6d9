// Lists come in pages: `limit` and `cursor` in, `items` and `next` out, for machines and screens alike.

import type { Page, Paged } from '@millrace/dispatch'
import { Type } from 'typebox'
import { apiErrors } from '../errors.ts'
import { pageItemsMax, pageItemsUsual, pathPartLettersMax } from '../limits.ts'

export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: pageItemsMax,
      description: `Items of the page; ${pageItemsUsual} when absent.`,
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: pathPartLettersMax, description: 'The `next` of the page before.' })),
}

export function pageOf(query: { limit?: number | undefined; cursor?: string | undefined }): Page {
  return { limit: query.limit ?? pageItemsUsual, ...(query.cursor === undefined ? {} : { cursor: query.cursor }) }
}

/** GraphQL's `first` and `after`, held to the same limits. */
export function pageOfFirst(args: { first: number; after?: string | null }): Page {
  if (args.first < 1 || args.first > pageItemsMax) {
    throw apiErrors.request_invalid(`\`first\` is ${args.first}; it must be from 1 to ${pageItemsMax}.`)
  }
  return { limit: args.first, ...(args.after ? { cursor: args.after } : {}) }
}

export function pagedJson<T>(paged: Paged<T>, json: (item: T) => object): object {
  return { items: paged.items.map(json), next: paged.next }
}
