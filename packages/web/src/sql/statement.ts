// Which statement the cursor is in, and where the server says that one is wrong.

export interface Stretch {
  readonly from: number
  readonly to: number
}

/** The statement around a position: `;` divides, except in quotes and comments. */
export function statementAt(text: string, position: number): Stretch {
  let from = 0
  for (const end of statementEnds(text)) {
    if (position <= end) return trimmed(text, from, end)
    from = end + 1
  }
  const last = trimmed(text, from, text.length)
  // Behind the last `;` stands nothing: the statement before it is meant.
  return last.from === last.to && from > 0 ? statementAt(text, from - 1) : last
}

function statementEnds(text: string): readonly number[] {
  const ends: number[] = []
  const token = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|;/g
  for (const match of text.matchAll(token)) if (match[0] === ';') ends.push(match.index)
  return ends
}

function trimmed(text: string, from: number, to: number): Stretch {
  const part = text.slice(from, to)
  const lead = part.length - part.trimStart().length
  return { from: from + Math.min(lead, part.length), to: from + Math.max(lead, part.trimEnd().length) }
}

/** `(line 3, col 12)` as ClickHouse says it, 1-based, within the statement that was sent. */
export function placeIn(message: string): { line: number; column: number } | undefined {
  const match = /\bline (\d+),? col(?:umn)? (\d+)/i.exec(message)
  return match === null ? undefined : { line: Number(match[1]), column: Number(match[2]) }
}
