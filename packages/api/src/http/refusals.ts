// How refusals leave: problem details for every error, 404 and 405 included, wrong tokens counted by address.

import type { Socket } from 'node:net'
import type { Logger, MillraceError } from '@millrace/stdx'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { apiErrors } from '../errors.ts'
import { authenticationFailuresMax, authenticationFailuresMsWindow } from '../limits.ts'
import { httpStatus, problemMediaType, problemOf, refusalOf } from '../problem.ts'
import { pathOf, traceIdOf } from './request-name.ts'

export interface RefusalOptions {
  readonly logger: Logger
  /** A wrong token was shown. */
  readonly tokenFailed: () => void
}

export function addRefusals(app: FastifyInstance, { logger, tokenFailed }: RefusalOptions): void {
  const countFailure = app.createRateLimit({
    max: authenticationFailuresMax,
    timeWindow: authenticationFailuresMsWindow,
  })

  const counted = async (error: MillraceError, request: FastifyRequest, reply: FastifyReply) => {
    if (error.code !== 'api.token_invalid') return error
    tokenFailed()
    const limit = await countFailure(request)
    if (limit.isAllowed || !limit.isExceeded) return error
    reply.header('Retry-After', String(limit.ttlInSeconds))
    return apiErrors.too_many_failures(
      `More than ${authenticationFailuresMax} wrong tokens came from ${request.ip} within a minute. Try again in ${limit.ttlInSeconds} seconds.`,
    )
  }

  app.setErrorHandler(async (thrown, request, reply) => {
    const error = await counted(refusalOf(thrown, request.id), request, reply)
    if (error.kind === 'broken') {
      logger.error(`${request.method} ${routeOf(request)} failed: ${error.message}`, {
        requestId: request.id,
        traceId: traceIdOf(request.raw),
        code: error.code,
        cause: error.cause instanceof Error ? error.cause.stack : undefined,
      })
    }
    return refuse(reply, request, error)
  })

  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(app, request)
    const path = pathOf(request)
    if (methods.length === 0) {
      return refuse(reply, request, apiErrors.not_found(`There is nothing at ${path}. See /v1/openapi.json.`))
    }
    reply.header('Allow', methods.join(', '))
    return refuse(
      reply,
      request,
      apiErrors.method_not_allowed(`${path} does not take ${request.method}; it takes ${methods.join(', ')}.`),
    )
  })
}

export function refuse(reply: FastifyReply, request: FastifyRequest, error: MillraceError): FastifyReply {
  const status = httpStatus(error)
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer realm="millrace"')
  if (status === 503) reply.header('Retry-After', '1')
  return reply
    .code(status)
    .header('Cache-Control', 'no-store')
    .type(problemMediaType)
    .send(JSON.stringify(problemOf(error, { path: pathOf(request), requestId: request.id })))
}

const methodsAll = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The methods that this path takes; none when there is no such path. */
function methodsOf(app: FastifyInstance, request: FastifyRequest): readonly string[] {
  const path = (request.raw.url ?? '/').split('?', 1)[0] ?? '/'
  if (!isApi(path)) return []
  return methodsAll.filter((method) => {
    const found = app.findRoute({ method, url: path })
    // The console's own route takes every path there is; only declared ones count.
    return found !== null && !('*' in found.params)
  })
}

/** Paths of machines; all others belong to the console. */
export function isApi(path: string): boolean {
  return /^\/(v1|graphql|healthz|readyz|metrics|examples|docs)(\/|$)/.test(path)
}

export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched'
}

/** What never became a request: Node could not read it. The socket gets its answer, and is closed. */
export function malformed(cause: Error & { code?: string }, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) return
  const status =
    cause.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : cause.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  const error = apiErrors.request_invalid(
    `The request is not HTTP that can be read (${status.slice(4).toLowerCase()}).`,
  )
  const body = JSON.stringify({ ...problemOf(error, { path: '', requestId: '' }), status: Number(status.slice(0, 3)) })
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: ${problemMediaType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
