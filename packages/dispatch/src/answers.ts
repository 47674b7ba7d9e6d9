// The other side of `advance`: it asks, this answers. References are fetched from blob first, so that evaluating itself
// neither waits nor fails half-way.

import type { Blob } from '@millrace/blob'
import {
  type Answer,
  type Ask,
  type Deciding,
  type Held,
  type Run,
  type RunError,
  referencesOf,
  scopeOf,
} from '@millrace/playbook'
import { invariant, type Json, type JsonObject, toMillraceError } from '@millrace/stdx'
import { dispatchLimits } from './limits.ts'
import { lru } from './lru.ts'

export interface Answers {
  /** Runs a decision to its end. */
  decide<T>(run: Run, deciding: Deciding<T>): Promise<T>
  /** What a reference stands for. */
  fetch(held: Held): Promise<Json>
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** A value weighs at least this many characters as JSON before it is worth counting bytes. */
function weighsLittle(text: string): boolean {
  return text.length * 3 <= dispatchLimits.inlineBytesMax
}

export function createAnswers(blob: Blob): Answers {
  // Several expressions of one run tend to read the same large output, one after the other.
  const fetched = lru<{ value: Json }>(16)

  const fetch = async (held: Held): Promise<Json> => {
    if ('value' in held) return held.value
    const known = fetched.get(held.blob)
    if (known !== undefined) return known.value
    const bytes = await blob.get(held.blob)
    invariant(bytes !== undefined, `blob ${held.blob} is referenced and absent`)
    const value = JSON.parse(decoder.decode(bytes)) as Json
    fetched.set(held.blob, { value })
    return value
  }

  const evaluate = (run: Run, ask: Extract<Ask, { kind: 'evaluate' }>): Answer | Promise<Answer> => {
    if (ask.template.constant) return evaluated(run, ask, new Map())
    const { output } = ask.from
    const mayRefer = run.hasReferences || (output !== undefined && 'blob' in output)
    const names = mayRefer ? referencesOf(run, ask) : []
    return names.length === 0 ? evaluated(run, ask, new Map()) : loadAndEvaluate(run, ask, names)
  }

  const loadAndEvaluate = async (run: Run, ask: Extract<Ask, { kind: 'evaluate' }>, names: readonly string[]) => {
    const values = new Map<string, Json>()
    for (const name of names) values.set(name, await fetch({ blob: name, bytes: 0 }))
    return await evaluated(run, ask, values)
  }

  const hold = (ask: Extract<Ask, { kind: 'hold' }>): Answer | Promise<Answer> => {
    const text = JSON.stringify(ask.value)
    if (weighsLittle(text)) return { held: { value: ask.value } }
    const bytes = encoder.encode(text)
    if (bytes.length <= dispatchLimits.inlineBytesMax) return { held: { value: ask.value } }
    return blob.put(ask.name, bytes).then(() => ({ held: { blob: ask.name, bytes: bytes.length } }))
  }

  return {
    fetch,
    async decide(run, deciding) {
      let asks = 0
      let step = deciding.next()
      while (step.done !== true) {
        if (++asks % dispatchLimits.asksPerSlice === 0) await new Promise((resolve) => setImmediate(resolve))
        const ask = step.value
        const answer = ask.kind === 'hold' ? hold(ask) : evaluate(run, ask)
        step = deciding.next(answer instanceof Promise ? await answer : answer)
      }
      return step.value
    },
  }
}

function evaluated(
  run: Run,
  ask: Extract<Ask, { kind: 'evaluate' }>,
  values: ReadonlyMap<string, Json>,
): Answer | Promise<Answer> {
  const load = (held: Held): Json => ('value' in held ? held.value : (values.get(held.blob) ?? null))
  try {
    const scope = ask.template.constant ? {} : scopeOf(run, ask, load)
    const value = ask.template.evaluate(scope, {
      timeMsMax: dispatchLimits.expressionMsMax,
      nowMs: ask.nowMs,
      seed: ask.seed,
    })
    return value instanceof Promise ? value.then((done) => ({ value: done as Json }), failed) : { value: value as Json }
  } catch (cause) {
    return failed(cause)
  }
}

function failed(cause: unknown): { error: RunError } {
  const error = toMillraceError(cause, 'lang.expression_failed')
  const details = Object.keys(error.details).length === 0 ? {} : { details: error.details as JsonObject }
  return { error: { code: error.code, message: error.message, retryable: false, ...details } }
}
