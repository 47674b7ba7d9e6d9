// Tables that fit the terminal: numbers to the right, long cells cut with an ellipsis.

import { stripVTControlCharacters } from 'node:util'

const cellMax = 60

/** What a cell shows; control characters of data must not steer the terminal. */
export function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ')
}

export function table(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const right = header.map(
    (_, i) => rows.length > 0 && rows.every((row) => row[i] === null || typeof row[i] === 'number'),
  )
  const texts = [header, ...rows].map((row) => header.map((_, i) => cut(cell(row[i]))))
  const widths = header.map((_, i) => Math.max(...texts.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((text, i) => (right[i] === true ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  const [head = [], ...body] = texts
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n')
}

function cut(text: string): string {
  return text.length <= cellMax ? text : `${text.slice(0, cellMax - 1)}…`
}
