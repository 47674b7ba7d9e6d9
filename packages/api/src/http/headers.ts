// Headers that every answer carries: what a browser may do with it, and the name of the request it answers.

import helmet from '@fastify/helmet'
import type { Logger } from '@millrace/stdx'
import type { FastifyInstance } from 'fastify'
import { pathOf, traceIdOf } from './request-name.ts'

export async function addHeaders(app: FastifyInstance, logger: Logger): Promise<void> {
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
  app.addHook('onResponse', async (request, reply) => {
    logger.debug(`${request.method} ${pathOf(request)} ${reply.statusCode}`, {
      requestId: request.id,
      traceId: traceIdOf(request.raw),
      tookMs: Math.round(reply.elapsedTime),
    })
  })
}
