// Keeps secrets out of what people read, also when they come dressed: base64, URL-encoded, escaped in JSON, line by line.

import { secretCharactersMin } from './limits.ts'

export const maskText = '***'

export type Mask = (text: string) => string

/** One pass per text, whatever the number of secrets. Undefined when there is nothing to mask. */
export function maskSecrets(values: readonly string[]): Mask | undefined {
  const dresses = new Set<string>()
  for (const value of values) {
    if (value.length < secretCharactersMin) continue
    for (const dress of dressesOf(value)) if (dress.length >= secretCharactersMin) dresses.add(dress)
  }
  if (dresses.size === 0) return undefined
  // Longest first: of two that begin alike, the whole one is to go.
  const alternatives = [...dresses].sort((a, b) => b.length - a.length).map(escaped)
  const pattern = new RegExp(alternatives.join('|'), 'g')
  return (text) => text.replace(pattern, maskText)
}

function* dressesOf(value: string): Generator<string> {
  yield value
  // A key of several lines is printed as several log lines.
  for (const line of value.split(/\r?\n/)) yield line.trim()
  yield* jsonEscaped(value)
  yield* urlEncoded(value)
  yield* base64(value)
}

function* jsonEscaped(value: string): Generator<string> {
  const plain = JSON.stringify(value).slice(1, -1)
  yield plain
  // Python's json writes everything outside ASCII by number.
  yield plain.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function* urlEncoded(value: string): Generator<string> {
  if (/[\ud800-\udfff]/.test(value.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''))) return // half a pair has no encoding
  const encoded = encodeURIComponent(value)
  // RFC 3986 reserves five characters more than JavaScript escapes; form bodies write a space as `+`.
  const strict = encoded.replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
  for (const one of [encoded, strict]) {
    yield one
    yield one.replaceAll('%20', '+')
    yield one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
  }
}

/** `user:secret` in base64 does not contain the base64 of `secret`, unless it begins at a multiple of three bytes. */
function* base64(value: string): Generator<string> {
  const bytes = Buffer.from(value, 'utf8')
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    // Characters that also carry bits of the neighbours are left out.
    const from = Math.ceil((before * 8) / 6)
    const to = Math.floor(((before + bytes.length) * 8) / 6)
    const own = encoded.slice(from, to)
    yield own
    yield own.replaceAll('+', '-').replaceAll('/', '_')
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
