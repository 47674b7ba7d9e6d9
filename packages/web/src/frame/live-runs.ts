// One subscription to the environment's runs, shared by every page that wants to know.

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { subscribe } from '../api/live.ts'
import { type Run, runCountsQuery, runsChangedOperation } from '../api/runs.ts'
import { limits } from '../limits.ts'
import { useEnvironment } from './environment.ts'

type Hear = (runs: readonly Run[]) => void

const hearers = new Map<string, { listeners: Set<Hear>; end: () => void }>()

function hearRuns(environment: string, hear: Hear): () => void {
  let shared = hearers.get(environment)
  if (shared === undefined) {
    const listeners = new Set<Hear>()
    const end = subscribe(runsChangedOperation, { environment }, (messages) => {
      const latest = new Map<string, Run>()
      for (const { runsChanged } of messages) for (const run of runsChanged) latest.set(run.id, run)
      const runs = [...latest.values()]
      for (const listener of listeners) listener(runs)
    })
    shared = { listeners, end }
    hearers.set(environment, shared)
  }
  const { listeners, end } = shared
  listeners.add(hear)
  return () => {
    listeners.delete(hear)
    if (listeners.size > 0) return
    hearers.delete(environment)
    end()
  }
}

/** Hears every run that changes, once per frame, each run at its latest. */
export function useRunsChanged(hear: Hear): void {
  const environment = useEnvironment()
  const latest = useRef(hear)
  useEffect(() => {
    latest.current = hear
  })
  useEffect(() => hearRuns(environment, (runs) => latest.current(runs)), [environment])
}

/** Counts by state, asked for again at most once a second while runs change. */
export function useRunCounts(playbook?: string) {
  const environment = useEnvironment()
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const query = runCountsQuery(environment, playbook)
  useRunsChanged(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void client.invalidateQueries({ queryKey: query.queryKey })
    }, limits.countsRefreshMs)
  })
  useEffect(() => () => clearTimeout(timer.current), [])
  return useQuery(query)
}
