// What the runs page keeps in its address: `/runs?state=failed,running&playbook=quakes&q=…&follow=true`.

import { type RunFilter, type RunState, runStates } from '../api/runs.ts'

export interface RunsSearch {
  /** States joined by commas. */
  readonly state?: string
  readonly playbook?: string
  readonly q?: string
  readonly follow?: boolean
}

export function readRunsSearch(search: Record<string, unknown>): RunsSearch {
  const states = readStates(search['state'])
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
  const playbook = text(search['playbook'])
  const q = text(search['q'])
  return {
    ...(states.length === 0 ? {} : { state: states.join(',') }),
    ...(playbook === '' ? {} : { playbook }),
    ...(q === '' ? {} : { q }),
    ...(search['follow'] === true ? { follow: true } : {}),
  }
}

export function readStates(value: unknown): readonly RunState[] {
  if (typeof value !== 'string') return []
  const named = new Set(value.split(','))
  return runStates.filter((state) => named.has(state))
}

export function toFilter(search: RunsSearch): RunFilter {
  const states = readStates(search.state)
  return {
    ...(states.length === 0 ? {} : { states }),
    ...(search.playbook === undefined ? {} : { playbook: search.playbook }),
    ...(search.q === undefined ? {} : { search: search.q }),
  }
}
