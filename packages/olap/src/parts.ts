// A batch as JSONEachRow, cut into parts that ClickHouse takes as one block each. The same batch is always cut in the
// same places, so that part 3 of a replay carries the token of part 3.

import { insertPartBytesMax, insertPartRowsMax } from './limits.ts'

const newline = 10

export function* rowParts(rows: readonly object[]): Generator<Uint8Array> {
  let lines: string[] = []
  let characters = 0
  for (const row of rows) {
    const line = JSON.stringify(row)
    // Counted in UTF-16 units: for other than ASCII a part may hold up to three times the bytes, still far from a block.
    if (lines.length === insertPartRowsMax || (characters > 0 && characters + line.length > insertPartBytesMax)) {
      yield Buffer.from(lines.join('\n'))
      lines = []
      characters = 0
    }
    lines.push(line)
    characters += line.length
  }
  if (lines.length > 0) yield Buffer.from(lines.join('\n'))
}

/** Bytes that hold one row a line, cut at line ends. */
export function* lineParts(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0
  while (start < bytes.length) {
    let end = bytes.length
    if (end - start > insertPartBytesMax) {
      const before = bytes.lastIndexOf(newline, start + insertPartBytesMax - 1)
      const after = bytes.indexOf(newline, start + insertPartBytesMax)
      end = before > start ? before + 1 : after < 0 ? bytes.length : after + 1
    }
    const part = bytes.subarray(start, end)
    if (part.some((byte) => byte > 32)) yield part
    start = end
  }
}
