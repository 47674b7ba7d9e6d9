// The bytes of an answer, unpacked and counted on the way: what is over the limit is never held, however it was packed.

import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { type Json, pluginErrors } from '@millrace/plugin'
import type { HttpInput } from './input.ts'
import { limits } from './limits.ts'

export interface ReadOptions {
  readonly bytesMax: number
  /** At `bytesMax`: stop there and answer what there is, instead of failing. */
  readonly cut?: boolean
  /** For messages. */
  readonly shown: string
}

/** Reads to the end, or to the limit; the source is closed either way. */
export async function readBody(source: Readable, encoding: string | undefined, options: ReadOptions): Promise<Buffer> {
  const steps = decoders(encoding)
  if (steps === undefined) {
    discard(source)
    throw wrongEncoding(encoding, options.shown)
  }
  // pipeline() closes all of them when one breaks or is left early; the error arrives at the last, which is read here.
  const unpacked = steps.reduce<Readable>((from, step) => pipeline(from, step, () => undefined), source)
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      bytes += chunk.length
      chunks.push(chunk)
      if (bytes > options.bytesMax) break
    }
  } catch (cause) {
    throw isZlib(cause) ? wrongEncoding(encoding, options.shown, cause) : cause
  }
  if (bytes > options.bytesMax && options.cut !== true) {
    throw pluginErrors.http_too_large(
      `${options.shown} sends more than ${options.bytesMax} bytes${steps.length > 0 ? ' (unpacked)' : ''}. ` +
        `Ask for less, a page at a time, or raise \`bytesMax\` (at most ${limits.bodyBytesMax}).`,
      { details: { bytesMax: options.bytesMax } },
    )
  }
  return Buffer.concat(chunks).subarray(0, options.bytesMax)
}

/** Closes a body that nobody will read; its complaint about that is of no interest. */
export function discard(body: Readable): void {
  body.on('error', () => undefined).destroy()
}

/** The output's `body`: what `expect` says, or for `auto` what the content type says; null when there is none. */
export function decodeBody(
  bytes: Buffer,
  contentType: string | undefined,
  expect: NonNullable<HttpInput['expect']>,
  shown: string,
): Json {
  if (bytes.length === 0) return expect === 'text' || expect === 'bytes' ? '' : null
  const as = expect === 'auto' ? natureOf(contentType) : expect
  if (as === 'bytes') return bytes.toString('base64')
  const text = decodeText(bytes, contentType)
  return as === 'text' ? text : parseJson(text, contentType, shown)
}

export function decodeText(bytes: Uint8Array, contentType: string | undefined): string {
  const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes) // a charset that nobody knows: nearly always UTF-8 misspelt
  }
}

function parseJson(text: string, contentType: string | undefined, shown: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    const start = text.slice(0, 120).replaceAll(/\s+/g, ' ')
    throw pluginErrors.http_not_json(
      `${shown} answered with ${contentType ?? 'no content type'}, which is not JSON. It begins with: ${start}`,
      { cause },
    )
  }
}

function natureOf(contentType: string | undefined): 'json' | 'text' | 'bytes' {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/json' || type.endsWith('+json')) return 'json'
  if (type === '' || type.startsWith('text/') || type.endsWith('+xml')) return 'text'
  return /^application\/(xml|javascript|x-www-form-urlencoded|x-ndjson|jsonl|yaml|x-yaml|graphql|sql|toml)$/.test(type)
    ? 'text'
    : 'bytes'
}

/** The way back from packed to plain, or undefined when there is none. */
function decoders(encoding: string | undefined): Transform[] | undefined {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length > limits.encodingsMax || !names.every((name) => name in decoder)) return undefined
  return names.reverse().map((name) => (decoder[name] as () => Transform)())
}

const decoder: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
}

function isZlib(cause: unknown): boolean {
  const code = (cause as { code?: unknown }).code
  return typeof code === 'string' && /^(Z_|ERR__?ERROR|ERR_BROTLI|ERR_PADDING)/.test(code)
}

function wrongEncoding(encoding: string | undefined, shown: string, cause?: unknown) {
  return pluginErrors.http_encoding(
    `${shown} says \`content-encoding: ${encoding}\` and sends something else. ` +
      'Ask for it unpacked: `headers: { accept-encoding: identity }`.',
    { cause },
  )
}
