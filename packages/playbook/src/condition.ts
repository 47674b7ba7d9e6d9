// What `if` may say.

import type { RunError } from './fact.ts'

/** An `if` must say true or false; anything else is an error that names what it said. */
export function conditionOf(answer: { value: unknown } | { error: RunError }, where: string): boolean | RunError {
  if ('error' in answer) return answer.error
  if (typeof answer.value === 'boolean') return answer.value
  const found = JSON.stringify(answer.value)?.slice(0, 80)
  return {
    code: 'playbook.if_not_boolean',
    message: `${where} yields ${found}; expected true or false.`,
    retryable: false,
  }
}
