// How deep JSON is nested, told from its text before anything is built from it: recursion over a parsed value of a
// million brackets ends the stack, and a scan costs less than the parse it saves.

const quote = 0x22
const backslash = 0x5c
const braceOpen = 0x7b
const braceClose = 0x7d
const bracketOpen = 0x5b
const bracketClose = 0x5d

/** True when `text` nests deeper than `depthMax`. Text that is not JSON may answer either; the parser says so then. */
export function isDeeper(text: string, depthMax: number): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === quote) i = endOfString(text, i)
    else if (code === braceOpen || code === bracketOpen) {
      depth++
      if (depth > depthMax) return true
    } else if (code === braceClose || code === bracketClose) depth--
  }
  return false
}

/** Where the string that begins at `start` ends: at its closing quote, or at the end of the text. */
function endOfString(text: string, start: number): number {
  let end = start
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return text.length
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++
    if (slashes % 2 === 0) return end
  }
}
