// Loads a run and keeps it true: first the run, then its steps page by page, and every change as it happens.

import { useCallback, useEffect, useState } from 'react'
import { toApiError } from '../api/client.ts'
import { onLiveReturn, subscribe } from '../api/live.ts'
import { fetchRun, fetchSteps, runChangedOperation } from '../api/run.ts'
import { limits } from '../limits.ts'
import { hasEnded, hearChanges, mergeRun, mergeSteps, type RunModel } from './run-model.ts'

export type RunLoad =
  | { readonly kind: 'loading' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'trouble'; readonly error: unknown }
  | { readonly kind: 'run'; readonly model: RunModel; readonly allSteps: boolean }

export function useRun(environment: string, id: string): RunLoad & { readonly reload: () => void } {
  const [held, setHeld] = useState<{ key: string; load: RunLoad }>({ key: '', load: loading })
  const key = `${environment} ${id}`
  const load = held.key === key ? held.load : loading
  const setLoad: SetLoad = useCallback(
    (change) => setHeld((before) => ({ key, load: change(before.key === key ? before.load : loading) })),
    [key],
  )
  const start = useCallback(() => {
    const stopping = new AbortController()
    loadRun(environment, id, stopping.signal, setLoad).catch((thrown: unknown) => {
      if (stopping.signal.aborted) return
      const error = toApiError(thrown)
      setLoad(() => (error.code.endsWith('_absent') ? { kind: 'absent' } : { kind: 'trouble', error }))
    })
    return () => stopping.abort()
  }, [environment, id, setLoad])
  useEffect(start, [start])
  useEffect(() => onLiveReturn(start), [start])
  const ended = load.kind === 'run' && hasEnded(load.model.run.state)
  useChanges(environment, id, load.kind === 'run' && !ended, setLoad)
  return { ...load, reload: start }
}

/** Changes what is held of this run; what is held of another is left alone. */
type SetLoad = (change: (before: RunLoad) => RunLoad) => void

const loading: RunLoad = { kind: 'loading' }

async function loadRun(environment: string, id: string, signal: AbortSignal, setLoad: SetLoad): Promise<void> {
  const run = await fetchRun({ environment, id }, signal)
  if (signal.aborted) return
  if (run === null) {
    setLoad(() => ({ kind: 'absent' }))
    return
  }
  setLoad((before) => {
    if (before.kind !== 'run') return { kind: 'run', model: { run, steps: new Map() }, allSteps: false }
    return { kind: 'run', model: { run: mergeRun(before.model.run, run), steps: before.model.steps }, allSteps: false }
  })
  await loadSteps(environment, id, signal, setLoad)
}

async function loadSteps(environment: string, id: string, signal: AbortSignal, setLoad: SetLoad): Promise<void> {
  let after: string | null = null
  let loaded = 0
  do {
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before ended
    const page: Awaited<ReturnType<typeof fetchSteps>> = await fetchSteps({ environment, id }, after, signal)
    if (signal.aborted) return
    loaded += page.items.length
    after = page.next
    const allSteps = after === null
    setLoad((before) =>
      before.kind === 'run'
        ? { kind: 'run', model: { ...before.model, steps: mergeSteps(before.model.steps, page.items) }, allSteps }
        : before,
    )
  } while (after !== null && loaded < limits.stepsHeldMax)
}

/** Pause between two loads of the steps, when more change than messages carry. */
const loadAgainMs = 2_000

/** Changes come in whole frames; what they leave out is loaded, at once the first time and then at most every two seconds. */
function useChanges(environment: string, id: string, active: boolean, setLoad: SetLoad): void {
  useEffect(() => {
    if (!active) return
    const stopping = new AbortController()
    let again: ReturnType<typeof setTimeout> | undefined
    let loadedAt = 0
    const loadAgain = () => {
      again ??= setTimeout(
        () => {
          again = undefined
          loadedAt = performance.now()
          // What is missed here, the next change brings.
          loadSteps(environment, id, stopping.signal, setLoad).catch(() => {})
        },
        loadedAt === 0 ? 0 : Math.max(0, loadedAt + loadAgainMs - performance.now()),
      )
    }
    const end = subscribe(runChangedOperation, { environment, id }, (messages) => {
      const changes = messages.map(({ runChanged }) => runChanged)
      setLoad((before) => (before.kind === 'run' ? { ...before, model: hearChanges(before.model, changes) } : before))
      if (changes.some(({ more }) => more)) loadAgain()
      if (changes.some(({ run }) => hasEnded(run.state))) {
        // The end brings outputs and the last steps, whatever was missed on the way; it must come through.
        loadRun(environment, id, new AbortController().signal, setLoad).catch(() => {})
      }
    })
    return () => {
      end()
      clearTimeout(again)
      stopping.abort()
    }
  }, [environment, id, active, setLoad])
}
