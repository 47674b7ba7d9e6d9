// Whether two panes fit side by side.

import { useSyncExternalStore } from 'react'

const query = matchMedia('(min-width: 56.25rem)')

export function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => query.matches,
  )
}
