// Log lines as they are kept: in order, each once, the oldest given up when there are too many; and what a filter means for
// lines that arrive, which is what the server means by it for lines that are loaded.

import type { LogFilter, LogLine, Severity } from '../api/run.ts'

export const severities: readonly Severity[] = ['debug', 'info', 'warn', 'error']

export function fitsLog(line: LogLine, filter: LogFilter): boolean {
  const { search, task, step, item, severityMin } = filter
  if (severityMin !== undefined && severities.indexOf(line.severity) < severities.indexOf(severityMin)) return false
  if (task !== undefined && line.task !== task) return false
  if (step !== undefined && line.step !== step) return false
  if (item !== undefined && line.item !== item) return false
  return search === undefined || line.text.toLowerCase().includes(search.toLowerCase())
}

/** Adds lines in the order of their ids; a line that is there already is not added. */
export function addLines(lines: readonly LogLine[], more: readonly LogLine[], linesMax: number): readonly LogLine[] {
  if (more.length === 0) return lines
  const last = lines.at(-1)
  const inOrder = more.every((line, index) => {
    const before = index === 0 ? last : more[index - 1]
    return before === undefined || before.id < line.id
  })
  const merged = inOrder ? [...lines, ...more] : mergeById(lines, more)
  return merged.length > linesMax ? merged.slice(merged.length - linesMax) : merged
}

function mergeById(lines: readonly LogLine[], more: readonly LogLine[]): LogLine[] {
  const byId = new Map<string, LogLine>()
  for (const line of lines) byId.set(line.id, line)
  for (const line of more) byId.set(line.id, line)
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** The text in parts, every second one a hit of the search. */
export function hitsOf(text: string, search: string | undefined): readonly string[] {
  if (search === undefined || search === '') return [text]
  const wanted = search.toLowerCase()
  const low = text.toLowerCase()
  // Lower-casing can change a text's length (İ); then nothing is marked rather than the wrong thing.
  if (low.length !== text.length) return [text]
  const parts: string[] = []
  let from = 0
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + wanted.length))
    from = at + wanted.length
  }
  parts.push(text.slice(from))
  return parts
}
