// Runs one query at a time; a new one takes the place of the one before. What was run is remembered in this browser.

import { useCallback, useRef, useState } from 'react'
import { type ApiError, toApiError } from '../api/client.ts'
import { type QueryResult, runSql } from '../api/datasets.ts'
import { useEnvironment } from '../frame/environment.ts'
import { keep, kept } from '../theme/kept.ts'
import { type Remembered, readHistory, remember } from './history.ts'
import type { SqlComplaint } from './sql-editor.tsx'
import { placeIn } from './statement.ts'

export type SqlState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly since: number }
  | { readonly kind: 'result'; readonly result: QueryResult; readonly id: number; readonly tookMs: number }
  | { readonly kind: 'trouble'; readonly error: ApiError; readonly complaint: SqlComplaint | undefined }

const historyName = 'sql-history'

export function useSql() {
  const environment = useEnvironment()
  const [state, setState] = useState<SqlState>({ kind: 'idle' })
  const [history, setHistory] = useState<readonly Remembered[]>(() => readHistory(kept(historyName)))
  const current = useRef<AbortController>(undefined)
  const record = useCallback((query: Remembered) => {
    setHistory((before) => {
      const next = remember(before, query)
      keep(historyName, JSON.stringify(next))
      return next
    })
  }, [])
  const run = useCallback(
    async (sql: string, from: number) => {
      if (sql.trim() === '') return
      current.current?.abort()
      const stopping = new AbortController()
      current.current = stopping
      const since = Date.now()
      setState({ kind: 'running', since })
      try {
        const result = await runSql(environment, sql, stopping.signal)
        setState({ kind: 'result', result, id: since, tookMs: Date.now() - since })
        record({ sql, at: since, rows: result.rows.length })
      } catch (thrown) {
        if (stopping.signal.aborted) return
        const error = toApiError(thrown)
        setState({ kind: 'trouble', error, complaint: complaintOf(error, from) })
        record({ sql, at: since, rows: undefined })
      }
    },
    [environment, record],
  )
  const stop = useCallback(() => {
    current.current?.abort()
    setState({ kind: 'idle' })
  }, [])
  return { state, history, run, stop }
}

function complaintOf(error: ApiError, from: number): SqlComplaint | undefined {
  const [complaint] = error.complaints
  const place =
    complaint?.line === undefined ? placeIn(error.message) : { line: complaint.line, column: complaint.column ?? 1 }
  return place === undefined ? undefined : { ...place, from, message: error.message }
}
