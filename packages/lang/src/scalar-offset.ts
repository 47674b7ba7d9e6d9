// Where in the text a character of a YAML scalar stands: between the two lie quotes, escapes, folded lines and the
// indentation of blocks. Both are read side by side.

import { Scalar } from 'yaml'

/** Offset in `text` of the character at `offset` in the scalar's value. */
export function offsetIn(text: string, scalar: Scalar, offset: number): number {
  const [start, end] = scalar.range ?? [0, 0, 0]
  if (typeof scalar.value !== 'string') return start
  const value = scalar.value
  const block = scalar.type === Scalar.BLOCK_LITERAL || scalar.type === Scalar.BLOCK_FOLDED
  const at = block
    ? blockOffset(text, start, end, value, offset)
    : flowOffset(text, start, end, value, offset, scalar.type)
  return Math.min(at, Math.max(start, end - 1))
}

/** Each line of a block is the value's line behind the same indentation; folding only changes what joins them. */
function blockOffset(text: string, start: number, end: number, value: string, offset: number): number {
  let at = text.indexOf('\n', start) + 1
  const first = /^(?: *\n)*( *)/.exec(text.slice(at, end))
  const indent = first?.[1]?.length ?? 0
  let seen = 0
  while (at < end) {
    const lineEnd = lineEndAt(text, at, end)
    const line = text.slice(Math.min(at + indent, lineEnd), lineEnd)
    // Folded: the joint between two lines is one space or some newlines of the value.
    const joint = line === '' ? 0 : jointLength(value, seen, line)
    if (offset < seen + joint) return at + indent
    seen += joint
    if (offset < seen + line.length) return at + indent + Math.max(0, offset - seen)
    seen += line.length
    if (value[seen] === '\n' || value[seen] === ' ') {
      if (offset === seen) return lineEnd
      seen++
    }
    at = lineEnd + 1
  }
  return at
}

function jointLength(value: string, seen: number, line: string): number {
  let length = 0
  while (/[ \n]/.test(value[seen + length] ?? '') && !value.startsWith(line, seen + length)) length++
  return length
}

function lineEndAt(text: string, at: number, end: number): number {
  const found = text.indexOf('\n', at)
  return found < 0 || found > end ? end : found
}

function flowOffset(
  text: string,
  start: number,
  end: number,
  value: string,
  offset: number,
  type: Scalar.Type | undefined,
): number {
  const double = type === Scalar.QUOTE_DOUBLE
  const single = type === Scalar.QUOTE_SINGLE
  let at = double || single ? start + 1 : start
  for (let seen = 0; seen < offset && at < end; seen++) {
    const letter = text[at] ?? ''
    const wanted = value[seen] ?? ''
    if (double && letter === '\\') {
      const lineJoin = /^\\\n[ \t]*/.exec(text.slice(at, at + 500))
      if (lineJoin !== null) {
        at += lineJoin[0].length
        seen--
        continue
      }
      at += escapeLength(text[at + 1] ?? '')
    } else if (single && letter === "'") at += 2
    else if (letter === wanted && letter !== ' ' && letter !== '\n') at++
    else if (/\s/.test(letter)) at += whiteLength(text, at, value, seen)
    else at++
  }
  return at
}

/** White space on one line is itself; across lines it folds into the value's one space or newlines. */
function whiteLength(text: string, at: number, value: string, seen: number): number {
  const run = /^[ \t\r]*\n\s*/.exec(text.slice(at, at + 1000))?.[0]
  if (run === undefined) return 1
  // Several newlines of the value come from one run of the text: the run is left with the last of them.
  return value[seen + 1] === '\n' ? 0 : run.length
}

function escapeLength(letter: string): number {
  if (letter === 'x') return 4
  if (letter === 'u') return 6
  return letter === 'U' ? 10 : 2
}
