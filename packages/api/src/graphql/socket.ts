// Subscriptions over WebSocket, in the protocol `graphql-transport-ws`. graphql-ws speaks it; mercurius does too, but
// executes subscriptions without validating them and lets a client's first message write request headers.

import type { Principal } from '@millrace/access'
import { type Logger, MillraceError } from '@millrace/stdx'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql/index.js'
import {
  type WebSocket as Carrier,
  CloseCode,
  type Context,
  handleProtocols,
  makeServer,
  type SubscribePayload,
} from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { documentTokensMax, socketHelloMsMax, socketPingMs, socketsMax, subscriptionsPerSocketMax } from '../limits.ts'
import type { GraphContext } from './caller.ts'
import { formatted, graphError } from './refusal.ts'
import { oneOperation, refuseByWeight } from './server.ts'

export interface SocketOptions {
  readonly schema: GraphQLSchema
  readonly rooms: Rooms
  readonly logger: Logger
  readonly subscribed: (by: 1 | -1) => void
}

interface Extra {
  principal: Principal
  readonly requestId: string
  readonly signal: AbortSignal
}

type SocketContext = Context<Record<string, unknown> | undefined, Extra>

export interface Sockets {
  /** Says goodbye to every screen: 1001, going away. They come back by themselves. */
  leave(): void
}

export { handleProtocols }

export function addSockets(app: FastifyInstance, options: SocketOptions): Sockets {
  const { logger, rooms } = options
  const sockets = new Set<WebSocket>()
  const server = makeServer<Record<string, unknown> | undefined, Extra>({
    connectionInitWaitTimeout: socketHelloMsMax,
    onConnect: (context) => welcome(rooms, context),
    onSubscribe: (context, _id, payload) => prepared(options, context, payload),
    onOperation: () => options.subscribed(1),
    onComplete: () => options.subscribed(-1),
    onNext: (context, _id, _payload, _args, result) =>
      result.errors === undefined
        ? undefined
        : {
            data: result.data ?? null,
            errors: result.errors.map((error) => formatted(error, context.extra.requestId, logger)),
          },
    onError: (context, _id, _payload, errors) =>
      errors.map((error) => formatted(error, context.extra.requestId, logger)),
  })

  const open = (socket: WebSocket, request: FastifyRequest) => {
    if (sockets.size >= socketsMax) return socket.close(1013, 'The server has as many connections as it takes.')
    sockets.add(socket)
    const gone = new AbortController()
    const extra: Extra = { principal: request.principal, requestId: request.id, signal: gone.signal }
    const stopPings = pings(socket)
    const closed = server.opened(carried(socket, request.id, logger), extra)
    socket.on('error', () => socket.terminate())
    socket.once('close', (code, reason) => {
      sockets.delete(socket)
      stopPings()
      gone.abort()
      void closed(code, String(reason))
    })
  }

  app.route({
    method: 'GET',
    url: '/graphql',
    exposeHeadRoute: false,
    config: { action: 'self.read' },
    handler: async (_request, reply) => {
      reply.header('Allow', 'POST')
      throw apiErrors.method_not_allowed(
        'GET /graphql is for WebSocket (`graphql-transport-ws`). Send queries and mutations by POST.',
      )
    },
    wsHandler: open,
  })

  return {
    leave() {
      for (const socket of sockets) socket.close(1001, 'The server is stopping.')
    },
  }
}

/** The socket as graphql-ws wants to see it. */
function carried(socket: WebSocket, requestId: string, logger: Logger): Carrier {
  return {
    protocol: socket.protocol,
    // Resolves when the bytes have left: a slow reader holds back its own subscriptions and nobody else's.
    send: (text) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return resolve()
        socket.send(text, (cause) => (cause ? reject(cause) : resolve()))
      }),
    close: (code, reason) => socket.close(code, reason),
    onMessage(heard) {
      socket.on('message', (bytes) => {
        heard(String(bytes)).catch((cause: unknown) => {
          logger.warn('A WebSocket message could not be answered.', { requestId, cause: String(cause) })
          socket.close(CloseCode.InternalServerError, 'The message could not be answered.')
        })
      })
    },
  }
}

/** Browsers cannot send `Authorization` with a WebSocket; programs without a session say it in their first message. */
async function welcome({ access }: Rooms, context: SocketContext): Promise<boolean> {
  const token = context.connectionParams?.token
  if (typeof token === 'string') {
    const principal = await access.authenticate(token)
    if (principal === undefined) return false
    context.extra.principal = principal
  }
  return context.extra.principal.kind !== 'anonymous'
}

function prepared(
  { schema, rooms }: SocketOptions,
  context: SocketContext,
  { query, variables, operationName }: SubscribePayload,
): ExecutionArgs | readonly GraphQLError[] {
  try {
    if (Object.keys(context.subscriptions).length > subscriptionsPerSocketMax) {
      throw apiErrors.subscriptions_full(
        `This connection has ${subscriptionsPerSocketMax} subscriptions open, which is as many as it may.`,
      )
    }
    const document = parse(query, { maxTokens: documentTokensMax })
    const faults = validate(schema, document, [...specifiedRules, oneOperation])
    if (faults.length > 0) return faults
    if (getOperationAST(document, operationName)?.operation !== 'subscription') {
      throw apiErrors.query_invalid('A WebSocket is for subscriptions. Send queries and mutations by POST /graphql.')
    }
    const { principal, requestId, signal } = context.extra
    refuseByWeight(schema, document, variables ?? {}, principal)
    const contextValue: GraphContext = { rooms, principal, requestId, signal }
    return {
      schema,
      document,
      variableValues: variables ?? {},
      operationName: operationName ?? null,
      contextValue,
    }
  } catch (cause) {
    if (cause instanceof GraphQLError) return [cause]
    if (cause instanceof MillraceError) return [graphError(cause)]
    throw cause
  }
}

/** A screen that does not answer a ping until the next one is due is gone, whatever its TCP connection says. */
function pings(socket: WebSocket): () => void {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, socketPingMs)
  timer.unref()
  return () => clearInterval(timer)
}
