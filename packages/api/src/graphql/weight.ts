// How much a document asks for, told before it is executed: how deep it goes, and how many resolvers it may call.
// A list is as long as its `first` says; one without is taken for ten.

import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql/index.js'
import { apiErrors } from '../errors.ts'
import { documentCostMax, documentDepthMax, listItemsAssumed } from '../limits.ts'
import { actionOf } from './executable.ts'

export interface Weight {
  readonly cost: number
  readonly depth: number
  /** Asks for the schema itself. */
  readonly introspects: boolean
}

type Variables = Readonly<Record<string, unknown>>

const nothing: Weight = { cost: 0, depth: 0, introspects: false }

/** Refuses with `api.query_too_costly`. The document is valid against the schema. */
export function refuseHeavy({ cost, depth, introspects }: Weight): void {
  // Introspection goes deep by nature, and costs what a static document costs.
  if (depth > documentDepthMax && !introspects) {
    throw apiErrors.query_too_costly(`The query is ${depth} levels deep; at most ${documentDepthMax} are answered.`)
  }
  if (cost > documentCostMax) {
    throw apiErrors.query_too_costly(
      `The query may call ${cost} resolvers; at most ${documentCostMax} are. Ask for a smaller \`first\`, or for fewer nested lists.`,
    )
  }
}

export function weigh(schema: GraphQLSchema, document: DocumentNode, variables: Variables): Weight {
  const fragments = new Map<string, FragmentDefinitionNode>()
  const operations: OperationDefinitionNode[] = []
  for (const definition of document.definitions) {
    if (definition.kind === 'FragmentDefinition') fragments.set(definition.name.value, definition)
    else if (definition.kind === 'OperationDefinition') operations.push(definition)
  }
  const scale = new Scale(schema, fragments, variables)
  return sum(
    operations.map((operation) => {
      const root = schema.getRootType(operation.operation)
      return root ? scale.selection(operation.selectionSet, root) : nothing
    }),
  )
}

class Scale {
  readonly #schema: GraphQLSchema
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #variables: Variables
  /** Fragments spread in fragments multiply: each is weighed once. */
  readonly #weighed = new Map<string, Weight>()

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>, variables: Variables) {
    this.#schema = schema
    this.#fragments = fragments
    this.#variables = variables
  }

  selection(set: SelectionSetNode, parent: GraphQLObjectType): Weight {
    return sum(
      set.selections.map((node): Weight => {
        switch (node.kind) {
          case Kind.FIELD:
            return this.#field(node, parent)
          case Kind.INLINE_FRAGMENT:
            return this.selection(node.selectionSet, this.#typeOf(node.typeCondition?.name.value, parent))
          case Kind.FRAGMENT_SPREAD:
            return this.#fragment(node.name.value, parent)
        }
      }),
    )
  }

  #field(node: FieldNode, parent: GraphQLObjectType): Weight {
    const name = node.name.value
    if (name.startsWith('__')) return { cost: 0, depth: 1, introspects: name !== '__typename' }
    const field = parent.getFields()[name]
    if (field === undefined) return nothing
    const type = getNamedType(field.type)
    const inner =
      node.selectionSet !== undefined && isObjectType(type) ? this.selection(node.selectionSet, type) : nothing
    const own = actionOf(field) === undefined ? 0 : 1
    return {
      cost: own + this.#length(node, field, parent) * inner.cost,
      depth: 1 + inner.depth,
      introspects: inner.introspects,
    }
  }

  #fragment(name: string, parent: GraphQLObjectType): Weight {
    const known = this.#weighed.get(name)
    if (known !== undefined) return known
    const fragment = this.#fragments.get(name)
    const weight =
      fragment === undefined
        ? nothing
        : this.selection(fragment.selectionSet, this.#typeOf(fragment.typeCondition.name.value, parent))
    this.#weighed.set(name, weight)
    return weight
  }

  #typeOf(name: string | undefined, parent: GraphQLObjectType): GraphQLObjectType {
    const type = name === undefined ? parent : this.#schema.getType(name)
    return isObjectType(type) ? type : parent
  }

  /** How many objects the field is assumed to answer. */
  #length(node: FieldNode, field: GraphQLField<unknown, unknown>, parent: GraphQLObjectType): number {
    const first = field.args.find((argument) => argument.name === 'first')
    if (first === undefined) return isList(field.type) && !parent.name.endsWith('Connection') ? listItemsAssumed : 1
    const given = node.arguments?.find((argument) => argument.name.value === 'first')?.value
    const written =
      given === undefined
        ? first.defaultValue
        : given.kind === 'Variable'
          ? (this.#variables[given.name.value] ?? first.defaultValue)
          : given.kind === 'IntValue'
            ? given.value
            : undefined
    const length = Number(written)
    return Number.isFinite(length) ? Math.max(1, length) : listItemsAssumed
  }
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type))
}

function sum(weights: readonly Weight[]): Weight {
  let cost = 0
  let depth = 0
  let introspects = false
  for (const weight of weights) {
    cost += weight.cost
    depth = Math.max(depth, weight.depth)
    introspects ||= weight.introspects
  }
  return { cost, depth, introspects }
}
