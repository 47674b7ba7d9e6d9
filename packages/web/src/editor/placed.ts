// Complaints carry lines and columns; editors count characters from the start.

import type { Diagnostic } from '@codemirror/lint'
import type { Text } from '@codemirror/state'
import type { PlacedComplaint } from '../api/playbooks.ts'

/** A complaint's stretch of the text; what lies outside of it (the text has changed since) is moved to its end. */
export function toDiagnostic(complaint: PlacedComplaint, text: Text): Diagnostic {
  const from = offsetOf(text, complaint.line ?? 1, complaint.column ?? 1)
  const to =
    complaint.endLine === null || complaint.endLine === undefined
      ? from
      : offsetOf(text, complaint.endLine, complaint.endColumn ?? 1)
  const end = to > from ? Math.min(to, text.lineAt(from).to) : text.lineAt(from).to
  const message = [complaint.message, complaint.hint].filter(Boolean).join(' ')
  return { from, to: Math.max(from, end), severity: 'error', message, source: complaint.code }
}

export function offsetOf(text: Text, line: number, column: number): number {
  const at = text.line(Math.min(Math.max(1, line), text.lines))
  return Math.min(at.from + Math.max(0, column - 1), at.to)
}
