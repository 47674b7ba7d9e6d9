// What a step can call, with schema and examples.

import { queryOptions } from '@tanstack/react-query'
import { operation, request } from './client.ts'

export interface Plugin {
  readonly name: string
  readonly version: string
  readonly summary: string
  readonly about: string
  readonly side: 'worker' | 'engine'
  readonly effect: 'pure' | 'idempotent' | 'once'
  readonly input: unknown
  readonly output: unknown
  readonly secrets: readonly string[]
  readonly literal: readonly string[]
  readonly examples: readonly { readonly title: string; readonly yaml: string }[]
}

export const pluginsOperation = operation<{ plugins: readonly Plugin[] }>(`query Plugins {
  plugins { name version summary about side effect input output secrets literal examples { title yaml } }
}`)

export const pluginsQuery = queryOptions({
  queryKey: ['plugins'],
  queryFn: async ({ signal }) => (await request(pluginsOperation, {}, { signal })).plugins,
  staleTime: 5 * 60_000,
})
