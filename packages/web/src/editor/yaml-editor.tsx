// The YAML of a playbook, with completion, documentation on hover, and complaints in the margin.

import { autocompletion } from '@codemirror/autocomplete'
import { yaml } from '@codemirror/lang-yaml'
import { indentUnit } from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState, Prec } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { PlacedComplaint } from '../api/playbooks.ts'
import type { Plugin } from '../api/plugins.ts'
import { completePlaybook, hoverPlaybook } from './assistance.ts'
import { codeLook } from './code-look.ts'
import { expressions } from './expressions.ts'
import { toDiagnostic } from './placed.ts'

export interface YamlEditorProps {
  readonly label: string
  readonly text: string
  readonly readOnly?: boolean
  readonly onChange: (text: string) => void
  readonly onLine: (line: number) => void
  readonly complaints: readonly PlacedComplaint[]
  readonly plugins: readonly Plugin[]
  /** The line to show; a new object shows it again. */
  readonly reveal: { readonly line: number } | undefined
}

export function YamlEditor(props: YamlEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })
  useEffect(() => {
    if (host.current === null) return
    const made = new EditorView({ parent: host.current, state: stateOf(latest) })
    view.current = made
    return () => {
      made.destroy()
      view.current = undefined
    }
  }, [])
  useReplacedText(view, props.text)
  useEffect(() => {
    const editor = view.current
    if (editor === undefined) return
    const diagnostics = props.complaints.map((complaint) => toDiagnostic(complaint, editor.state.doc))
    editor.dispatch(setDiagnostics(editor.state, diagnostics))
  }, [props.complaints])
  useEffect(() => {
    const editor = view.current
    if (editor === undefined || props.reveal === undefined) return
    const line = editor.state.doc.line(Math.min(Math.max(1, props.reveal.line), editor.state.doc.lines))
    editor.dispatch({
      selection: { anchor: line.from },
      effects: EditorView.scrollIntoView(line.from, { y: 'center' }),
    })
    editor.focus()
  }, [props.reveal])
  return <div ref={host} className="code-host h-full min-h-0 overflow-hidden" />
}

/** Text that comes from outside (another version, a discarded draft) replaces what is there; what was typed does not. */
function useReplacedText(view: React.RefObject<EditorView | undefined>, text: string): void {
  useEffect(() => {
    const editor = view.current
    if (editor === undefined || editor.state.doc.toString() === text) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [view, text])
}

function stateOf(latest: React.RefObject<YamlEditorProps>): EditorState {
  const { label, text, readOnly = false } = latest.current
  let line = 1
  return EditorState.create({
    doc: text,
    extensions: [
      codeLook(label),
      yaml(),
      indentUnit.of('  '),
      Prec.highest(expressions),
      lintGutter(),
      autocompletion({
        override: [(context) => completePlaybook(context, latest.current.plugins)],
        icons: false,
        activateOnTyping: true,
      }),
      hoverPlaybook(() => latest.current.plugins),
      EditorState.readOnly.of(readOnly),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest.current.onChange(update.state.doc.toString())
        const at = update.state.doc.lineAt(update.state.selection.main.head).number
        if (at === line || !(update.selectionSet || update.docChanged)) return
        line = at
        if (update.view.hasFocus) latest.current.onLine(at)
      }),
    ],
  })
}
