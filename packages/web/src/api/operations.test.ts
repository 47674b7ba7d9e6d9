import { buildSchema, parse, validate } from 'graphql/index.js'
import { expect, test } from 'vitest'
import { schemaText } from '../../dev/schema-text.ts'
import * as datasets from './datasets.ts'
import * as me from './me.ts'
import * as playbooks from './playbooks.ts'
import * as plugins from './plugins.ts'
import * as run from './run.ts'
import * as runs from './runs.ts'

const schema = buildSchema(schemaText(new URL('../../../api/src/graphql/schema.ts', import.meta.url)))

const operations = Object.entries({ ...datasets, ...me, ...playbooks, ...plugins, ...run, ...runs }).flatMap(
  ([name, value]) =>
    name.endsWith('Operation') && typeof value === 'object' && 'text' in value ? [[name, value.text] as const] : [],
)

test('there are operations to check', () => {
  expect(operations.length).toBeGreaterThan(15)
})

test.each(operations)('%s asks for nothing that the schema does not have', (_, text) => {
  expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([])
})

test('an operation that asks for what is not there is found out', () => {
  expect(validate(schema, parse('{ me { shoeSize } }'))).toHaveLength(1)
  expect(validate(schema, parse('{ run(id: 3.5) { id } }'))).toHaveLength(1)
})
