// Loads a run's log lines page by page and adds those that are written meanwhile.

import { useEffect, useState } from 'react'
import { subscribe } from '../api/live.ts'
import { fetchLogs, type LogFilter, type LogLine, runLogLinesOperation } from '../api/run.ts'
import { limits } from '../limits.ts'
import { addLines, fitsLog } from './log-lines.ts'

export interface Logs {
  readonly lines: readonly LogLine[]
  readonly loading: boolean
  readonly trouble: unknown
  /** Older lines were given up. */
  readonly cut: boolean
}

interface Held extends Logs {
  /** What the lines are of; those of another run or filter are not shown. */
  readonly key: string
}

const nothing: Logs = { lines: [], loading: true, trouble: undefined, cut: false }

/** `live`: the run goes on. A run that ends is loaded once more, for the lines between the last page and the subscription. */
export function useLogs(environment: string, id: string, filter: LogFilter, live: boolean): Logs {
  const wanted = JSON.stringify(filter)
  const key = `${environment} ${id} ${wanted}`
  const [held, setHeld] = useState<Held>({ ...nothing, key })
  useEffect(() => {
    const asked: LogFilter = JSON.parse(wanted)
    const stopping = new AbortController()
    const change = (by: (before: Logs) => Partial<Logs>) =>
      setHeld((before) => {
        const own = before.key === key ? before : { ...nothing, key }
        return { ...own, ...by(own) }
      })
    const add = (more: readonly LogLine[]) =>
      change((before) => {
        const lines = addLines(before.lines, more, limits.logLinesHeldMax)
        return { lines, cut: before.cut || lines.length === limits.logLinesHeldMax }
      })
    const end = live
      ? subscribe(runLogLinesOperation, { environment, id }, (messages) =>
          add(messages.flatMap(({ runLogs }) => runLogs).filter((line) => fitsLog(line, asked))),
        )
      : () => {}
    loadAll(environment, id, asked, stopping.signal, add)
      .then(() => change(() => ({ loading: false })))
      .catch((trouble: unknown) => {
        if (!stopping.signal.aborted) change(() => ({ loading: false, trouble }))
      })
    return () => {
      end()
      stopping.abort()
    }
  }, [environment, id, wanted, key, live])
  return held.key === key ? held : nothing
}

async function loadAll(
  environment: string,
  id: string,
  filter: LogFilter,
  signal: AbortSignal,
  add: (lines: readonly LogLine[]) => void,
): Promise<void> {
  let after: string | null = null
  let loaded = 0
  do {
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before ended
    const page: Awaited<ReturnType<typeof fetchLogs>> = await fetchLogs({ environment, id }, filter, after, signal)
    add(page.items)
    loaded += page.items.length
    after = page.next
  } while (after !== null && loaded < limits.logLinesHeldMax)
}
