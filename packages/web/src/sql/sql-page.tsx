// SQL over everything: what there is on the left, the text above, the answer below as a grid or a chart.

import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { type Table, tablesQuery } from '../api/datasets.ts'
import { useEnvironment } from '../frame/environment.ts'
import { keep, kept } from '../theme/kept.ts'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Split } from '../ui/split.tsx'
import { useWide } from '../ui/wide.ts'
import { SchemaTree } from './schema-tree.tsx'
import { hashOf, readHash } from './share.ts'
import { SqlAnswer } from './sql-answer.tsx'
import type { SqlEditorHandle } from './sql-editor.tsx'
import { SqlToolbar } from './sql-toolbar.tsx'
import { useSql } from './use-sql.ts'

const SqlEditor = lazy(() => import('./sql-editor.tsx').then((module) => ({ default: module.SqlEditor })))

const help = {
  about: 'SQL',
  know: [
    'One dialect, ClickHouse’s, over datasets, runs, log lines and traces. Queries only read, within this environment.',
    'Ctrl-Enter runs the selection, or the statement at the cursor. A query that meets a limit says which.',
    'The query is in the address after #: copy the link, and others see it; it is not sent to the server with the page.',
  ],
  curl: `curl -X POST http://127.0.0.1:4400/v1/query \\\n  -H 'content-type: application/json' \\\n  -d '{"sql": "SELECT count() FROM quakes"}'`,
  cli: 'millrace query "SELECT count() FROM quakes"',
} as const

const draftName = 'sql-draft'

/** A look into the first table that is not the platform's own. */
function usualSql(tables: readonly Table[] | undefined): string {
  const table = (tables?.find(({ name }) => !/^(_|otel_)/.test(name)) ?? tables?.[0])?.name
  return table === undefined ? 'SELECT 1 AS one' : `SELECT *\nFROM ${table}\nLIMIT 100`
}

export function SqlPage() {
  const environment = useEnvironment()
  const hash = useRouterState({ select: (state) => state.location.hash })
  const { data: tables } = useQuery(tablesQuery(environment))
  const [text, setText] = useState(() => readHash(hash) ?? kept(draftName))
  const editor = useRef<SqlEditorHandle>(null)
  const { state, history, run, stop } = useSql()
  const shown = text ?? usualSql(tables)
  const write = (next: string) => {
    setText(next)
    keep(draftName, next)
  }
  useHashText(hash, setText)
  const link = useLink(shown)
  // The editor knows the selection; while it still loads, the whole text is meant.
  const runShown = () => (editor.current === null ? void run(shown, 0) : editor.current.run())
  const above = (
    <div className="flex h-full min-h-0 flex-col">
      <SqlToolbar state={state} history={history} link={link} onRun={runShown} onStop={stop} onTake={write} />
      <div className="min-h-0 flex-1">
        <Suspense fallback={<Skeleton className="m-3 h-24" />}>
          <SqlEditor
            text={shown}
            tables={tables ?? []}
            complaint={state.kind === 'trouble' ? state.complaint : undefined}
            onChange={write}
            onRun={(sql, from) => void run(sql, from)}
            handle={editor}
          />
        </Suspense>
      </div>
    </div>
  )
  return (
    <Page title="SQL" help={help} fill>
      <SqlPanes
        above={above}
        tree={<SchemaTree onTake={(name) => editor.current?.insert(name)} />}
        answer={<SqlAnswer state={state} onRun={runShown} />}
      />
    </Page>
  )
}

interface SqlPanesProps {
  readonly above: ReactNode
  readonly tree: ReactNode
  readonly answer: ReactNode
}

function SqlPanes({ above, tree, answer }: SqlPanesProps) {
  const wide = useWide()
  if (!wide) {
    return (
      <div className="flex flex-col gap-3">
        <div className="panel h-64 overflow-hidden">{above}</div>
        <div className="panel h-[60dvh] overflow-hidden">{answer}</div>
        <div className="panel h-80 overflow-hidden">{tree}</div>
      </div>
    )
  }
  const right = (
    <Split name="sql" label="Height of the editor" direction="column" initial={38} first={above} second={answer} />
  )
  return (
    <div className="panel min-h-0 flex-1 overflow-hidden">
      <Split name="sql-tree" label="Width of the table list" direction="row" initial={20} first={tree} second={right} />
    </div>
  )
}

/** A link that is opened while the page is open changes the text too. */
function useHashText(hash: string, setText: (text: string) => void): void {
  const before = useRef(hash)
  useEffect(() => {
    if (before.current === hash) return
    before.current = hash
    const sql = readHash(hash)
    if (sql !== undefined) setText(sql)
  }, [hash, setText])
}

/** Puts the text into the address and answers the link; undefined when it is too long for one. */
function useLink(text: string): () => string | undefined {
  const navigate = useNavigate({ from: '/sql' })
  return () => {
    const hash = hashOf(text)
    if (hash === undefined) return undefined
    void navigate({ hash, replace: true })
    return `${location.origin}${location.pathname}${location.search}#${hash}`
  }
}
