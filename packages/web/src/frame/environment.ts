// The environment of the page: a wall that playbooks, runs and datasets do not cross. It lives in the address.

import { useSearch } from '@tanstack/react-router'

export const environmentDefault = 'dev'

export interface FrameSearch {
  /** Absent for `dev`. */
  readonly env?: string
}

export function readFrameSearch(search: Record<string, unknown>): FrameSearch {
  const { env } = search
  return typeof env === 'string' && /^[a-z][a-z0-9-]{0,62}$/.test(env) && env !== environmentDefault ? { env } : {}
}

export function useEnvironment(): string {
  return useSearch({ strict: false, select: (search: FrameSearch) => search.env }) ?? environmentDefault
}
