// Who is signed in, and what the platform is made of.

import { queryOptions } from '@tanstack/react-query'
import { operation, request } from './client.ts'

export interface Me {
  readonly name: string
  readonly open: boolean
  readonly actions: readonly string[]
  readonly environments: readonly string[]
}

export interface Memory {
  readonly kind: string
  readonly adapter: string
  readonly address: string
  readonly healthy: boolean
  readonly detail: string | null
}

export interface Platform {
  readonly version: string
  readonly startedAt: number
  readonly roles: readonly string[]
  readonly stores: readonly Memory[]
  readonly warnings: readonly string[]
}

export const meOperation = operation<{ me: Me }>('query Me { me { name open actions environments } }')

export const platformOperation = operation<{ platform: Platform }>(`query Platform {
  platform { version startedAt roles warnings stores { kind adapter address healthy detail } }
}`)

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => (await request(meOperation, {}, { signal })).me,
  staleTime: 60_000,
})

export const platformQuery = queryOptions({
  queryKey: ['platform'],
  queryFn: async ({ signal }) => (await request(platformOperation, {}, { signal })).platform,
  staleTime: 30_000,
})
