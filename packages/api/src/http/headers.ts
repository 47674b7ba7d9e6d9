// Headers that every answer carries: what a browser may do with it, and the name of the request it answers.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

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

export async function addHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // No eval, no inline script: what a log line or a query result smuggles into a page cannot run.
        scriptSrc: ["'self'"],
        // The editor and the graph place things by style attributes and sheets of their own; style cannot run code.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // TLS ends at a proxy or not at all on a laptop: insisting on it here would lock people out of plain HTTP.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-Id', request.id)
  })
}
