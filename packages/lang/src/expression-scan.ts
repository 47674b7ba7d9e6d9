// Finds `{{ … }}` in a text. An expression ends at the first `}}` that is outside its strings, back-quoted names,
// comments, patterns and braces, so that `{{ {"a": {"b": 1}} }}` is one expression.

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `start` is the offset of the expression itself, behind `{{`. */
  | { readonly kind: 'expression'; readonly source: string; readonly start: number }
  | { readonly kind: 'unclosed'; readonly start: number }

/** The parts in order; a text without `{{` is one part. */
export function scanText(text: string): TextPart[] {
  const parts: TextPart[] = []
  let at = 0
  for (;;) {
    const open = text.indexOf('{{', at)
    if (open < 0) break
    if (open > at) parts.push({ kind: 'text', text: text.slice(at, open) })
    const close = expressionEnd(text, open + 2)
    if (close === undefined) {
      parts.push({ kind: 'unclosed', start: open })
      return parts
    }
    parts.push({ kind: 'expression', source: text.slice(open + 2, close), start: open + 2 })
    at = close + 2
  }
  if (at < text.length || parts.length === 0) parts.push({ kind: 'text', text: text.slice(at) })
  return parts
}

/** Offset of the `}}` that ends the expression beginning at `start`. */
function expressionEnd(text: string, start: number): number | undefined {
  let braces = 0
  let operand = true
  /** No pattern closes any more: looking again behind every slash would take quadratic time. */
  let noPattern = false
  let at = start
  while (at < text.length) {
    const letter = text[at] ?? ''
    if (letter === '"' || letter === "'" || letter === '`') {
      at = quoteEnd(text, at)
      operand = false
    } else if (letter === '/' && text[at + 1] === '*') {
      const end = text.indexOf('*/', at + 2)
      at = end < 0 ? text.length : end + 2
    } else if (letter === '/' && operand && !noPattern) {
      const end = patternEnd(text, at)
      noPattern = end === undefined
      at = end ?? at + 1
      operand = false
    } else if (letter === '{') {
      braces++
      at++
      operand = true
    } else if (letter === '}') {
      if (braces === 0) return text[at + 1] === '}' ? at : fallback(text, start)
      braces--
      at++
      operand = false
    } else if (/[\w$]/.test(letter)) {
      const word = /^[\w$]+/.exec(text.slice(at, at + 256))?.[0] ?? letter
      operand = word === 'and' || word === 'or' || word === 'in'
      at += word.length
    } else {
      if (letter.trim() !== '') operand = letter !== ')' && letter !== ']'
      at++
    }
  }
  return fallback(text, start)
}

/** An expression that is not well formed ends at the nearest `}}`, so that the complaint stays small. */
function fallback(text: string, start: number): number | undefined {
  const end = text.indexOf('}}', start)
  return end < 0 ? undefined : end
}

function quoteEnd(text: string, open: number): number {
  const quote = text[open]
  let at = open + 1
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' && quote !== '`' ? 2 : 1
  return at + 1
}

function patternEnd(text: string, open: number): number | undefined {
  let depth = 0
  let at = open + 1
  while (at < text.length) {
    const letter = text[at] ?? ''
    if (letter === '\\') at++
    else if ('([{'.includes(letter)) depth++
    else if (')]}'.includes(letter)) depth--
    else if (letter === '/' && depth === 0) return at + 1
    at++
  }
  return undefined
}
