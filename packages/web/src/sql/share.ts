// A query in the address: after `#`, so that it stays in the browser and reaches no server log.

import { limits } from '../limits.ts'

/** Undefined when the link would be too long to travel. */
export function hashOf(sql: string): string | undefined {
  const hash = `sql=${encodeURIComponent(sql)}`
  return hash.length > limits.linkCharactersMax ? undefined : hash
}

export function readHash(hash: string): string | undefined {
  const match = /^#?sql=(.*)$/s.exec(hash)
  try {
    return match?.[1] === undefined ? undefined : decodeURIComponent(match[1])
  } catch {
    return undefined
  }
}
