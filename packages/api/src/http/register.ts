// Declared routes become fastify's: parse within limits, check each part, call, answer.

import { isObject, type Json } from '@millrace/stdx'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { apiErrors } from '../errors.ts'
import { bodyBytesMax } from '../limits.ts'
import { addAnyParser, addParsers, isTextBody } from './body.ts'
import type { Departures } from './departures.ts'
import type { Answer, Call, Route } from './route.ts'
import { partCheck } from './validation.ts'

export async function registerRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  departures: Departures,
): Promise<void> {
  const texts = new Set(routes.flatMap((spec) => spec.body?.text ?? []))
  await app.register(async (room) => {
    addParsers(room, [...texts])
    for (const spec of routes) if (spec.body?.any !== true) add(room, spec, departures)
  })
  await app.register(async (room) => {
    addParsers(room, [])
    addAnyParser(room)
    for (const spec of routes) if (spec.body?.any === true) add(room, spec, departures)
  })
}

function add(app: FastifyInstance, spec: Route, departures: Departures): void {
  const checkParams = spec.params === undefined ? undefined : partCheck('path', spec.params)
  const checkQuery = spec.query === undefined ? undefined : partCheck('query', spec.query)
  const checkBody = bodyCheck(spec)
  app.route({
    method: typeof spec.method === 'string' ? spec.method : [...spec.method],
    url: spec.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { action: spec.action, inEnvironment: spec.inEnvironment ?? false },
    bodyLimit: spec.body?.bytesMax ?? bodyBytesMax,
    async handler(request, reply) {
      const call: Call = {
        principal: request.principal,
        environment: request.environment,
        requestId: request.id,
        get signal() {
          return departures.signal(reply)
        },
        params: (checkParams?.(request.params) ?? {}) as Call['params'],
        query: (checkQuery?.(request.query) ?? {}) as Call['query'],
        body: checkBody(request) as Call['body'],
        request,
        reply,
      }
      return send(reply, await spec.handle(call))
    },
  })
}

function bodyCheck(spec: Route): (request: FastifyRequest) => unknown {
  const { json, text, any } = spec.body ?? {}
  if (any === true) return (request) => request.body ?? null
  if (json === undefined) return () => undefined
  const check = partCheck('body', json)
  // No body at all says as much as an empty object does, where an object is wanted.
  const absent = isObject(json) && (json as { type?: unknown }).type === 'object' ? {} : undefined
  return (request) => {
    const body = request.body ?? absent
    if (!isTextBody(body)) return check(body)
    if (text?.includes(body.mediaType)) return body
    throw apiErrors.media_type(
      `The body is ${body.mediaType}; ${spec.path} takes ${['application/json', ...(text ?? [])].join(', ')}.`,
    )
  }
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value)
  reply.code(answer.status ?? 200)
  if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store')
  if (answer.stream !== undefined) return reply.type(answer.mediaType ?? 'application/octet-stream').send(answer.stream)
  if (answer.mediaType !== undefined) return reply.type(answer.mediaType).send(answer.body)
  if (answer.body === undefined) return reply.send()
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body as Json))
}
