// A list that lives: pages loaded from the server, changes laid over them, and new runs kept aside until asked for.

import type { Run, RunFilter } from '../api/runs.ts'
import { limits } from '../limits.ts'

export interface LiveList {
  /** Latest version of every run that changed since the pages were loaded. */
  readonly changed: ReadonlyMap<string, Run>
  /** New runs that are shown above the pages, newest first. */
  readonly shown: readonly string[]
  /** New runs that wait behind the "n new" bar, newest first. */
  readonly waiting: readonly string[]
}

export const emptyLiveList: LiveList = { changed: new Map(), shown: [], waiting: [] }

/** Whether a run belongs to what is listed. */
export function fits(run: Run, filter: RunFilter): boolean {
  const { playbook, states, search } = filter
  if (playbook !== undefined && run.playbook !== playbook) return false
  if (states !== undefined && !states.includes(run.state)) return false
  if (search !== undefined) {
    const wanted = search.toLowerCase()
    if (!run.id.toLowerCase().includes(wanted) && !run.playbook.toLowerCase().includes(wanted)) return false
  }
  return true
}

/** `known`: ids in the loaded pages; `newestAt`: when the newest loaded run was created. */
export function hearRuns(
  list: LiveList,
  runs: readonly Run[],
  options: {
    readonly known: ReadonlySet<string>
    readonly newestAt: number
    readonly filter: RunFilter
    readonly follow: boolean
  },
): LiveList {
  const changed = new Map(list.changed)
  const listed = new Set([...list.shown, ...list.waiting])
  const fresh: Run[] = []
  for (const run of runs) {
    if (options.known.has(run.id) || listed.has(run.id)) changed.set(run.id, run)
    else if (run.createdAt >= options.newestAt && fits(run, options.filter)) {
      changed.set(run.id, run)
      fresh.push(run)
    }
  }
  if (fresh.length === 0) return { ...list, changed }
  const ids = fresh.sort((a, b) => b.createdAt - a.createdAt).map(({ id }) => id)
  if (options.follow) return bounded({ changed, shown: [...ids, ...list.shown], waiting: list.waiting })
  return bounded({ changed, shown: list.shown, waiting: [...ids, ...list.waiting] })
}

/** What waited is shown. */
export function reveal(list: LiveList): LiveList {
  return { ...list, shown: [...list.waiting, ...list.shown], waiting: [] }
}

/** The rows as they stand: revealed runs first, then the pages, each at its latest. */
export function rowsOf(list: LiveList, pages: readonly Run[]): readonly Run[] {
  const shown = new Set(list.shown)
  const above = list.shown.flatMap((id) => list.changed.get(id) ?? [])
  const below = pages.filter(({ id }) => !shown.has(id)).map((run) => list.changed.get(run.id) ?? run)
  return [...above, ...below]
}

function bounded(list: LiveList): LiveList {
  const most = limits.runsHeldMax
  if (list.shown.length <= most && list.waiting.length <= most) return list
  return { ...list, shown: list.shown.slice(0, most), waiting: list.waiting.slice(0, most) }
}
