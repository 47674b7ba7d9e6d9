// What a request is called in log lines and answers: its id, its trace, its path.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { headerLettersShown } from '../limits.ts'

/** The caller's own name for the request, when it is fit for a log line; else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID()
}

/** The trace that a caller's request belongs to (W3C Trace Context), when the header is well-formed. */
export function traceIdOf(request: IncomingMessage): string | undefined {
  const given = request.headers.traceparent
  if (typeof given !== 'string') return undefined
  const traceId = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/.exec(given)?.[1]
  return traceId === undefined || /^0+$/.test(traceId) ? undefined : traceId
}

/** As it was asked for, without what may be secret in its query. */
export function pathOf(request: FastifyRequest): string {
  return (request.originalUrl.split('?', 1)[0] ?? '/').slice(0, headerLettersShown * 2)
}
