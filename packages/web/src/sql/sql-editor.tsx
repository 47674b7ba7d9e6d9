// The SQL text: completion of tables and columns, Ctrl-Enter runs the selection or the statement at the cursor.

import { autocompletion } from '@codemirror/autocomplete'
import { type SQLNamespace, StandardSQL, sql } from '@codemirror/lang-sql'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import type { Table } from '../api/datasets.ts'
import { codeLook } from '../editor/code-look.ts'
import { offsetOf } from '../editor/placed.ts'
import { statementAt } from './statement.ts'

export interface SqlComplaint {
  readonly message: string
  readonly line: number
  readonly column: number
  /** Where the statement begins that the place is counted from. */
  readonly from: number
}

export interface SqlEditorHandle {
  run(): void
  insert(text: string): void
}

interface SqlEditorProps {
  readonly text: string
  readonly tables: readonly Table[]
  readonly complaint: SqlComplaint | undefined
  readonly onChange: (text: string) => void
  readonly onRun: (sql: string, from: number) => void
  readonly handle: Ref<SqlEditorHandle>
}

export function SqlEditor(props: SqlEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef(props)
  const language = useRef(new Compartment())
  useEffect(() => {
    latest.current = props
  })
  useEffect(() => {
    if (host.current === null) return
    const made = new EditorView({ parent: host.current, state: stateOf(latest, language.current) })
    view.current = made
    return () => made.destroy()
  }, [])
  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(dialect(props.tables)) })
  }, [props.tables])
  useEffect(() => {
    const editor = view.current
    if (editor === undefined || editor.state.doc.toString() === props.text) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.text } })
  }, [props.text])
  useComplaint(view, props.complaint)
  useImperativeHandle(props.handle, () => ({
    run: () => {
      if (view.current !== undefined) runFrom(view.current, latest)
    },
    insert: (text) => {
      view.current?.dispatch(view.current.state.replaceSelection(text))
      view.current?.focus()
    },
  }))
  return <div ref={host} className="code-host h-full min-h-0 overflow-hidden" />
}

function useComplaint(view: React.RefObject<EditorView | undefined>, complaint: SqlComplaint | undefined): void {
  useEffect(() => {
    const editor = view.current
    if (editor === undefined) return
    if (complaint === undefined) {
      editor.dispatch(setDiagnostics(editor.state, []))
      return
    }
    const first = editor.state.doc.lineAt(Math.min(complaint.from, editor.state.doc.length))
    const column = complaint.line === 1 ? complaint.column + complaint.from - first.from : complaint.column
    const from = offsetOf(editor.state.doc, first.number + complaint.line - 1, column)
    const word = /^[\w.]+/.exec(editor.state.sliceDoc(from, from + 80))?.[0].length ?? 1
    const to = Math.min(editor.state.doc.length, from + word)
    editor.dispatch(setDiagnostics(editor.state, [{ from, to, severity: 'error', message: complaint.message }]))
  }, [view, complaint])
}

function runFrom(view: EditorView, latest: React.RefObject<SqlEditorProps>): void {
  const { from, to, empty, head } = view.state.selection.main
  const text = view.state.doc.toString()
  const stretch = empty ? statementAt(text, head) : { from, to }
  latest.current.onRun(text.slice(stretch.from, stretch.to), stretch.from)
}

/** Tables by their own names and under their database. */
function dialect(tables: readonly Table[]) {
  const schema: Record<string, SQLNamespace> = {}
  const databases: Record<string, Record<string, string[]>> = {}
  for (const table of tables) {
    const columns = table.columns.map(({ name }) => name)
    schema[table.name] = columns
    databases[table.database] = { ...databases[table.database], [table.name]: columns }
  }
  return sql({ dialect: StandardSQL, schema: { ...schema, ...databases }, upperCaseKeywords: true })
}

function stateOf(latest: React.RefObject<SqlEditorProps>, language: Compartment): EditorState {
  return EditorState.create({
    doc: latest.current.text,
    extensions: [
      Prec.highest(
        keymap.of([
          {
            key: 'Mod-Enter',
            run: (view) => {
              runFrom(view, latest)
              return true
            },
          },
        ]),
      ),
      codeLook('SQL'),
      language.of(dialect(latest.current.tables)),
      autocompletion({ icons: false }),
      lintGutter(),
      EditorView.lineWrapping,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest.current.onChange(update.state.doc.toString())
      }),
    ],
  })
}
