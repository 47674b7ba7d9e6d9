// Bodies become values here, within limits that count before anything is parsed. JSON that would write a prototype is
// refused rather than cleaned: nobody sends that by mistake.

import { isObject, type Json, messageOf } from '@millrace/stdx'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { apiErrors } from '../errors.ts'
import { jsonDepthMax } from '../limits.ts'
import { isDeeper } from './json-depth.ts'

/** A body that stays text: the media type says what of. */
export interface TextBody {
  readonly mediaType: string
  readonly text: string
}

export function isTextBody(body: unknown): body is TextBody {
  return isObject(body) && textBodies.has(body)
}

/** Only a parser makes one of these; JSON that looks like it is not one. */
const textBodies = new WeakSet<object>()

export function parseJson(text: string): Json {
  if (isDeeper(text, jsonDepthMax)) {
    throw apiErrors.too_deep(`The JSON is nested deeper than ${jsonDepthMax} levels. Flatten it.`)
  }
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (cause) {
    throw apiErrors.body_invalid(`The body is not JSON: ${messageOf(cause)}.`)
  }
  if (prototypeKey.test(text)) {
    throw apiErrors.body_invalid('The body has a key `__proto__`, which no document of Millrace has. Remove it.')
  }
  return value
}

/** `__proto__` as a key, each letter plain or escaped (after the package secure-json-parse). */
const prototypeKey =
  /"(?:_|\\u005f){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f){2}"\s*:/i

/** PostgreSQL keeps no character 0 in a text. Names, keys and searches stand near the top; data below may hold one. */
export function refuseNul(value: unknown, levels = 2): void {
  if (typeof value === 'string' && value.includes('\0')) {
    throw apiErrors.request_invalid(
      'The request has the character U+0000 in a text, where none can be kept. Remove it.',
    )
  }
  if (levels === 0 || typeof value !== 'object' || value === null) return
  for (const part of Object.values(value)) refuseNul(part, levels - 1)
}

/** One JSON value a line; empty lines count for nothing. A fault is told with its line. */
export function parseLines(text: string): Json[] {
  const values: Json[] = []
  let number = 0
  for (const line of text.split('\n')) {
    number++
    if (line.trim() === '') continue
    try {
      values.push(parseJson(line))
    } catch (cause) {
      throw apiErrors.body_invalid(`Line ${number} of the body is not a JSON value: ${messageOf(cause)}`)
    }
  }
  return values
}

/** JSON for every route, and text for the media types that are documents of their own. */
export function addParsers(app: FastifyInstance, textMediaTypes: readonly string[]): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: unknown, text: string | Buffer) => {
      if (text.length === 0)
        throw apiErrors.body_invalid('The body is empty; JSON was expected. `{}` is an empty object.')
      return parseJson(String(text))
    },
  )
  app.addContentTypeParser(
    [...textMediaTypes],
    { parseAs: 'string' },
    async (request: FastifyRequest, text: string | Buffer) => {
      const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
      const body: TextBody = { mediaType, text: String(text) }
      textBodies.add(body)
      return body
    },
  )
}

/** Whatever a webhook's caller sends: forms and text as what they say, the rest as base64. */
export function addAnyParser(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: unknown, text: string | Buffer) => Object.fromEntries(new URLSearchParams(String(text))),
  )
  app.addContentTypeParser(
    /^application\/[\w.-]+\+json/,
    { parseAs: 'string' },
    async (_request: unknown, text: string | Buffer) => parseJson(String(text)),
  )
  app.addContentTypeParser(/^text\//, { parseAs: 'string' }, async (_request: unknown, text: string | Buffer) =>
    String(text),
  )
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, bytes: string | Buffer) => ({
    base64: Buffer.from(bytes).toString('base64'),
  }))
}
