// Queries that were run in this browser, newest first, each once.

import { limits } from '../limits.ts'

export interface Remembered {
  readonly sql: string
  readonly at: number
  /** Undefined when it failed. */
  readonly rows: number | undefined
}

export function remember(history: readonly Remembered[], query: Remembered): readonly Remembered[] {
  if (query.sql.trim() === '' || query.sql.length > limits.historyCharactersMax) return history
  return [query, ...history.filter(({ sql }) => sql !== query.sql)].slice(0, limits.historyLengthMax)
}

/** What was kept, or nothing when it is not what we keep. */
export function readHistory(text: string | undefined): readonly Remembered[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value.filter(isRemembered).slice(0, limits.historyLengthMax) : []
  } catch {
    return []
  }
}

function isRemembered(value: unknown): value is Remembered {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sql' in value &&
    typeof value.sql === 'string' &&
    'at' in value &&
    typeof value.at === 'number'
  )
}
