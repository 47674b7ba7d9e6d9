// Bytes to lines, with bounds: a program may print without line breaks, or without end.

import { StringDecoder } from 'node:string_decoder'
import { lineCharactersRead, tailCharactersMax } from '../limits.ts'

export interface LineReader {
  take(chunk: Buffer): void
  /** Hands on what was printed without a line break at the end. */
  end(): void
  /** The last part of everything printed. */
  readonly tail: string
}

/** Calls `line` for each, at most `lineCharactersRead` long, with the number of characters that were left out. */
export function lineReader(line: (text: string, leftOut: number) => void): LineReader {
  const decoder = new StringDecoder('utf8')
  let held = ''
  let leftOut = 0
  let tail = ''

  const hold = (text: string) => {
    const room = lineCharactersRead - held.length
    held += text.length <= room ? text : text.slice(0, room)
    leftOut += Math.max(0, text.length - room)
  }
  const flush = () => {
    line(held.endsWith('\r') ? held.slice(0, -1) : held, leftOut)
    held = ''
    leftOut = 0
  }
  const takeText = (text: string) => {
    tail = text.length >= tailCharactersMax ? text.slice(-tailCharactersMax) : (tail + text).slice(-tailCharactersMax)
    let from = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      hold(text.slice(from, at))
      flush()
      from = at + 1
    }
    if (from < text.length) hold(text.slice(from))
  }

  return {
    take: (chunk) => takeText(decoder.write(chunk)),
    end() {
      const rest = decoder.end()
      if (rest !== '') takeText(rest)
      if (held !== '' || leftOut > 0) flush()
    },
    get tail() {
      return tail
    },
  }
}
