// Answers are kept and shared; what is live is refreshed by what the server tells, not by asking again and again.

import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './client.ts'
import { onLiveReturn } from './live.ts'

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => error instanceof ApiError && error.code === 'web.unreachable' && failures < 3,
    },
  },
})

onLiveReturn(() => void cache.invalidateQueries())
