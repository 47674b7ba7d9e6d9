// The schema with its resolvers, and around each of them the check of the action that the schema declares for it. A field
// that resolves without declaring one, or declares one without resolving, is a mistake that stops the start.

import { type Action, environmentDefault, isAction } from '@millrace/access'
import { invariant } from '@millrace/stdx'
import {
  buildSchema,
  type GraphQLField,
  type GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql/index.js'
import { refuseNul } from '../http/body.ts'
import { authorize } from '../http/door.ts'
import type { GraphContext } from './caller.ts'
import { schema as text } from './schema.ts'

type Arguments = Record<string, never>
/** `environment` is the one of the arguments, or of the object that the field belongs to. */
export type Resolve = (source: never, args: never, context: GraphContext, environment: string) => unknown
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolve>>>>

export function executableSchema(resolvers: Resolvers): GraphQLSchema {
  const schema = buildSchema(text)
  addScalars(schema)
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLObjectType) || type.name.startsWith('__')) continue
    const own = resolvers[type.name] ?? {}
    for (const name of Object.keys(own)) {
      invariant(Object.hasOwn(type.getFields(), name), `there is no field ${type.name}.${name} to resolve`)
    }
    for (const field of Object.values(type.getFields())) attach(type, field, own[field.name])
  }
  return schema
}

/** The action that a field declares by `@action(name: "…")`. */
export function actionOf(field: GraphQLField<unknown, unknown>): Action | undefined {
  const directive = field.astNode?.directives?.find((one) => one.name.value === 'action')
  const value: ValueNode | undefined = directive?.arguments?.[0]?.value
  if (value === undefined) return undefined
  invariant(
    value.kind === 'StringValue' && isAction(value.value),
    `${field.name} declares an action that does not exist`,
  )
  return value.value
}

function attach(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, resolve: Resolve | undefined): void {
  const action = actionOf(field)
  const where = `${type.name}.${field.name}`
  invariant(resolve === undefined || action !== undefined, `the field ${where} has a resolver and declares no action`)
  invariant(action === undefined || resolve !== undefined, `the field ${where} declares an action and has no resolver`)
  if (action === undefined || resolve === undefined) return
  if (type.name === 'Subscription') {
    field.subscribe = guarded(action, resolve)
    field.resolve = (event) => event
  } else field.resolve = guarded(action, resolve)
}

function guarded(action: Action, resolve: Resolve): GraphQLFieldResolver<unknown, unknown> {
  return async (source, args: Arguments, context) => {
    const graph = context as GraphContext
    refuseNul(args)
    const asked = (args as { environment?: string }).environment
    const environment = asked ?? (source as { environment?: string } | undefined)?.environment ?? environmentDefault
    authorize(graph.principal, action, environment)
    if (asked !== undefined) await graph.rooms.access.requireEnvironment(asked)
    return resolve(source as never, args as never, graph, environment)
  }
}

function addScalars(schema: GraphQLSchema): void {
  const time = schema.getType('Time')
  const json = schema.getType('JSON')
  invariant(time instanceof GraphQLScalarType && json instanceof GraphQLScalarType, 'the schema has Time and JSON')
  time.parseValue = milliseconds
  time.parseLiteral = (node) => milliseconds(valueFromASTUntyped(node))
  json.parseLiteral = (node, variables) => valueFromASTUntyped(node, variables)
}

function milliseconds(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError('A Time is a number: milliseconds since 1970, UTC.')
  }
  return value
}
