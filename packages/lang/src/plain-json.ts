// What JSONata hands back, as plain JSON: its sequences carry functions and marks, its objects have no prototype, parts
// may be shared, and numbers may be none. Counted as it is copied, since shared parts multiply.

import type { Json } from '@millrace/stdx'
import { langErrors } from './errors.ts'
import { valueDepthMax, valuesMax } from './limits.ts'

/** A copy of `value` in plain JSON; `of` is the expression, for messages. */
export function plainJson(value: unknown, of: string): Json {
  let left = valuesMax
  const copy = (part: unknown, depth: number): Json => {
    if (--left < 0) throw langErrors.expression_endless(`\`${of}\` yields more than ${valuesMax} values.`)
    if (depth > valueDepthMax) {
      throw langErrors.expression_endless(`\`${of}\` yields a value nested deeper than ${valueDepthMax}.`)
    }
    switch (typeof part) {
      case 'string':
      case 'boolean':
        return part
      case 'number':
        if (Number.isFinite(part)) return part
        throw langErrors.expression_failed(`\`${of}\` yields ${part}, which is not a number JSON can hold.`)
      case 'object':
        break
      default:
        throw langErrors.expression_failed(`\`${of}\` yields a ${typeof part}, not a value; call the function.`)
    }
    if (part === null) return null
    if (Array.isArray(part)) return Array.from(part, (item) => (item === undefined ? null : copy(item, depth + 1)))
    if ('_jsonata_function' in part || '_jsonata_lambda' in part) {
      throw langErrors.expression_failed(`\`${of}\` yields a function, not a value; call it with \`(…)\`.`)
    }
    const object: Record<string, Json> = {}
    for (const [key, item] of Object.entries(part)) {
      if (item === undefined) continue
      if (key === '__proto__') throw langErrors.expression_failed(`\`${of}\` yields a key \`__proto__\`.`)
      object[key] = copy(item, depth + 1)
    }
    return object
  }
  return copy(value, 0)
}
