// GraphQL over HTTP: POST /graphql. Mercurius keeps parsed documents and compiles those that come again; the door, the
// limits and the form of errors are ours.

import { type Logger, MillraceError } from '@millrace/stdx'
import type { FastifyInstance } from 'fastify'
import { type ExecutionResult, GraphQLError, type GraphQLSchema, type ValidationContext } from 'graphql/index.js'
import mercurius from 'mercurius'
import { Type } from 'typebox'
import type { Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { addParsers } from '../http/body.ts'
import type { Departures } from '../http/departures.ts'
import { partCheck } from '../http/validation.ts'
import { bodyBytesMax, documentsKept, documentTokensMax } from '../limits.ts'
import type { GraphContext } from './caller.ts'
import { formatted, graphError } from './refusal.ts'
import { refuseHeavy, weigh } from './weight.ts'

export interface GraphOptions {
  readonly schema: GraphQLSchema
  readonly rooms: Rooms
  readonly departures: Departures
  readonly logger: Logger
}

/** A compiled document is kept by its text alone, so one text must mean one operation. */
export function oneOperation(context: ValidationContext) {
  let operations = 0
  return {
    OperationDefinition(node: { loc?: unknown }) {
      operations++
      if (operations > 1) {
        context.reportError(new GraphQLError('The document has several operations. Send one at a time.', node as never))
      }
    },
  }
}

/** Depth, cost and introspection, for HTTP and WebSocket alike. Throws what refuses. */
export function refuseByWeight(
  schema: GraphQLSchema,
  document: Parameters<typeof weigh>[1],
  variables: Readonly<Record<string, unknown>>,
  principal: GraphContext['principal'],
): void {
  const weight = weigh(schema, document, variables)
  if (weight.introspects && !principal.may('schema.read', '')) {
    throw apiErrors.introspection_denied('Introspection needs the right `schema.read`: send the administrator’s token.')
  }
  refuseHeavy(weight)
}

const GraphBody = Type.Object(
  {
    query: Type.String({ minLength: 1, maxLength: 65_536 }),
    variables: Type.Optional(Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()])),
    operationName: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
    extensions: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
)

interface GraphRequest {
  query: string
  variables?: Record<string, unknown> | null
  operationName?: string | null
}

export async function addGraph(app: FastifyInstance, options: GraphOptions): Promise<void> {
  const { schema, rooms, departures, logger } = options
  await app.register(mercurius, {
    schema,
    routes: false,
    jit: 1,
    cache: documentsKept,
    graphql: { parseOptions: { maxTokens: documentTokensMax } },
    validationRules: [oneOperation],
    errorFormatter: (execution, context) => ({
      statusCode: 200,
      response: {
        data: execution.data ?? null,
        errors: execution.errors.map((error) =>
          formatted(error, (context as unknown as GraphContext).requestId, logger),
        ),
      },
    }),
  })
  app.graphql.addHook('preExecution', async (_schema, document, context, variables) => {
    refuseByWeight(schema, document, variables ?? {}, (context as unknown as GraphContext).principal)
  })
  const check = partCheck('body', GraphBody)
  await app.register(async (room) => {
    addParsers(room, [])
    room.post('/graphql', { config: { action: 'self.read' }, bodyLimit: bodyBytesMax * 4 }, async (request, reply) => {
      const { query, variables, operationName } = check(request.body) as GraphRequest
      const context: GraphContext = {
        rooms,
        principal: request.principal,
        requestId: request.id,
        signal: departures.signal(reply),
      }
      const result = await answered(app, context, { query, variables, operationName }, logger)
      return reply
        .code(result.status)
        .header('Cache-Control', 'no-store')
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(result.body))
    })
  })
}

async function answered(
  app: FastifyInstance,
  context: GraphContext,
  request: { query: string; variables: GraphRequest['variables']; operationName: GraphRequest['operationName'] },
  logger: Logger,
): Promise<{ status: number; body: ExecutionResult }> {
  try {
    const { query, variables, operationName } = request
    refuseJson(query)
    const body = await app.graphql(query, { ...context }, variables ?? {}, operationName ?? undefined)
    return { status: statusOf(body as ExecutionResult), body: body as ExecutionResult }
  } catch (cause) {
    const errors = requestErrors(cause)
    if (errors === undefined) throw cause
    const shown = errors.map((error) => formatted(error, context.requestId, logger))
    const status = Number(shown[0]?.extensions?.status ?? 400)
    return { status, body: { errors: shown as unknown as GraphQLError[] } }
  }
}

/**
 * What does not parse as GraphQL, mercurius reads as the JSON of a syntax tree, without limits and without looking.
 * No document begins the way JSON does.
 */
function refuseJson(query: string): void {
  if (!/^\s*(?:[-\d"[]|\{\s*["}]|(?:true|false|null)\s*$)/.test(query)) return
  throw apiErrors.query_invalid('`query` is JSON; a GraphQL document was expected, for example `{ me { name } }`.')
}

/** 200, whatever single fields say; but who is not signed in hears it from the status, as everywhere else. */
function statusOf({ errors }: ExecutionResult): number {
  return errors?.some((error) => error.extensions['status'] === 401) === true ? 401 : 200
}

/** What went wrong before anything was executed: the document, its variables, its weight. */
function requestErrors(cause: unknown): readonly GraphQLError[] | undefined {
  if (cause instanceof MillraceError) return [graphError(cause)]
  const { errors } = cause as { errors?: unknown }
  return Array.isArray(errors) && errors.length > 0 ? (errors as GraphQLError[]) : undefined
}
