import { buildSchema, type GraphQLObjectType, isObjectType, parse } from 'graphql/index.js'
import { expect, test } from 'vitest'
import type { LiveLogs } from '../resources/live-logs.ts'
import { actionOf, executableSchema } from './executable.ts'
import { graphResolvers } from './resolvers.ts'
import { schema as text } from './schema.ts'
import { refuseHeavy, weigh } from './weight.ts'

const resolvers = graphResolvers({} as LiveLogs)

test('every field with a resolver declares its action, and every root field has both', () => {
  const schema = executableSchema(resolvers)
  const objects = Object.values(schema.getTypeMap()).filter((type): type is GraphQLObjectType => isObjectType(type))
  const undeclared = objects
    .filter((type) => !type.name.startsWith('__'))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => field.resolve !== undefined || /^(Query|Mutation|Subscription)$/.test(type.name))
        .filter((field) => actionOf(field) === undefined || (field.resolve ?? field.subscribe) === undefined)
        .map((field) => `${type.name}.${field.name}`),
    )
  expect(undeclared).toEqual([])
})

test('a resolver without an action, an action without a resolver, and a resolver of nothing stop the start', () => {
  const resolve = () => undefined
  expect(() => executableSchema({ ...resolvers, Me: { name: resolve } })).toThrow(
    /Me\.name has a resolver and declares no action/,
  )
  expect(() => executableSchema({ ...resolvers, Query: {} })).toThrow(/declares an action and has no resolver/)
  expect(() => executableSchema({ ...resolvers, Me: { nmae: resolve } })).toThrow(/no field Me\.nmae/)
})

const plain = buildSchema(text)
const weight = (query: string, variables = {}) => weigh(plain, parse(query), variables)

test('a question weighs as many resolvers as it may call', () => {
  expect(weight('{ me { name } }').cost).toBe(1)
  expect(weight('{ runs(first: 50) { items { id tasks { name } } } }').cost).toBe(51)
  expect(weight('{ runs { items { id text } } }').cost).toBe(101)
  expect(weight('query ($n: Int!) { runs(first: $n) { items { text } } }', { n: 7 }).cost).toBe(8)
  expect(weight('{ playbooks(first: 10) { items { runs(first: 3) { text } } } }').cost).toBe(1 + 10 * (1 + 3))
  expect(weight('{ a: runs(first: 1) { items { ...f } } } fragment f on Run { text inputs }').cost).toBe(3)
})

test('fragments that double each other are weighed in no time', () => {
  const count = 60
  const fragments = Array.from({ length: count }, (_, i) =>
    i === count - 1 ? `fragment f${i} on Run { text }` : `fragment f${i} on Run { ...f${i + 1} ...f${i + 1} }`,
  )
  const heavy = weight(`{ run(id: "x") { ...f0 } } ${fragments.join('\n')}`)
  expect(heavy.cost).toBeGreaterThan(1e12)
  expect(() => refuseHeavy(heavy)).toThrow(/may call/)
})

test('depth counts levels, and introspection is known for what it is', () => {
  expect(weight('{ run(id: "x") { stepList { items { error { code } } } } }').depth).toBe(5)
  expect(weight('{ __schema { types { name } } }').introspects).toBe(true)
  expect(weight('{ me { __typename } }').introspects).toBe(false)
  expect(() => refuseHeavy({ cost: 1, depth: 13, introspects: false })).toThrow(/13 levels deep/)
})
