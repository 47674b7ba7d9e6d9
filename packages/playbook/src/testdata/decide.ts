// For tests: answers a decision's questions as dispatch does, with everything held inline.

import type { Json, JsonObject } from '@millrace/stdx'
import { toMillraceError } from '@millrace/stdx'
import type { Held, Run } from '../index.ts'
import { scopeOf } from '../scope.ts'
import type { Answer, Ask, Deciding } from '../turn.ts'

const load = (held: Held): Json => ('value' in held ? held.value : null)

async function answerTo(run: Run, ask: Ask): Promise<Answer> {
  if (ask.kind === 'hold') return { held: { value: ask.value } }
  try {
    const scope = ask.template.constant ? {} : scopeOf(run, ask, load)
    return { value: await ask.template.evaluate(scope, { timeMsMax: 1000, nowMs: ask.nowMs, seed: ask.seed }) }
  } catch (cause) {
    const error = toMillraceError(cause)
    const details = error.details as JsonObject
    return { error: { code: error.code, message: error.message, retryable: false, details } }
  }
}

export async function decide<T>(run: Run, deciding: Deciding<T>): Promise<T> {
  let step = deciding.next()
  while (step.done !== true) step = deciding.next(await answerTo(run, step.value))
  return step.value
}
