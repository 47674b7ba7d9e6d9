// `/v1/environments/prod/runs` is `/v1/runs` with `Millrace-Environment: prod`: one set of routes for both spellings.

import type { IncomingMessage } from 'node:http'
import { environmentDefault } from '@millrace/access'
import { apiErrors } from '../errors.ts'

const inPath = /^\/v1\/environments\/([a-zA-Z0-9-]{1,64})(\/[^?]+.*)$/

const asked = new WeakMap<IncomingMessage, string>()

/** The path that the routes know; the environment in it is kept for `environmentAsked`. */
export function withoutEnvironment(request: IncomingMessage): string {
  const url = request.url ?? '/'
  const [, name, rest] = inPath.exec(url) ?? []
  if (name === undefined || rest === undefined || rest === '/') return url
  asked.set(request, name)
  return `/v1${rest}`
}

/** By path, by header, else the usual one. Both, and not the same, is a mistake that should not be guessed at. */
export function environmentAsked(request: IncomingMessage): string {
  const byPath = asked.get(request)
  const header = request.headers['millrace-environment']
  const byHeader = typeof header === 'string' && header !== '' ? header : undefined
  if (byPath !== undefined && byHeader !== undefined && byPath !== byHeader) {
    throw apiErrors.request_invalid(
      `The path names the environment "${byPath}" and the header Millrace-Environment another. Name one.`,
    )
  }
  return byPath ?? byHeader ?? environmentDefault
}
