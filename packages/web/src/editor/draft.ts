// A text that is being written: kept in this browser until it is published or discarded, and checked after each pause.

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { type Validation, validate } from '../api/playbooks.ts'
import { useEnvironment } from '../frame/environment.ts'
import { limits } from '../limits.ts'
import { forget, keep, kept } from '../theme/kept.ts'
import { useSettled } from '../ui/settled.ts'

export interface Draft {
  readonly text: string
  readonly changed: boolean
  readonly validation: Validation | undefined
  /** The answer is not yet about this text. */
  readonly checking: boolean
  /** The server could not be asked. */
  readonly trouble: unknown
  readonly write: (text: string) => void
  readonly discard: () => void
}

/** `published`: what the draft is compared with. `name` tells drafts apart. */
export function useDraft(name: string, published: string): Draft {
  const environment = useEnvironment()
  const key = `draft.${environment}.${name}`
  const [held, setHeld] = useState(() => ({ key, text: kept(key) }))
  const own = held.key === key ? held.text : kept(key)
  const text = own ?? published
  const settled = useSettled(text, limits.validateDelayMs)
  const query = useQuery({
    queryKey: ['validate', environment, settled],
    queryFn: ({ signal }) => validate(environment, settled, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 30_000,
  })
  const write = useCallback(
    (next: string) => {
      setHeld({ key, text: next === published ? undefined : next })
      if (next === published) forget(key)
      else keep(key, next)
    },
    [key, published],
  )
  const discard = useCallback(() => {
    setHeld({ key, text: undefined })
    forget(key)
  }, [key])
  return {
    text,
    changed: text !== published,
    validation: query.data,
    checking: settled !== text || query.isFetching,
    trouble: query.error,
    write,
    discard,
  }
}
