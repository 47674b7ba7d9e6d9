// The document is a promise: what it says is answered as it says, and what it does not say is refused in words.

import { compileSchema } from '@millrace/lang'
import { isObject, type Json, type JsonObject } from '@millrace/stdx'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answered, asking, hello } from '../testdata/ask.ts'
import { type House, openHouse } from '../testdata/house.ts'

let house: House
let document: Document
const ask = asking(() => house.api.address)

interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonObject> }
}

interface Operation {
  operationId: string
  parameters: { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: JsonObject }[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonObject }> }
  responses: Record<string, { content?: Record<string, { schema: JsonObject }> }>
}

beforeAll(async () => {
  house = await openHouse()
  document = (await ask('/v1/openapi.json')).json as unknown as Document
  await ask('/v1/playbooks', { json: { text: hello } })
})
afterAll(() => house.close())

function operations(): { path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
}

/** The schema with every reference written out: the document's have no circles. */
function whole(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(whole)
  if (!isObject(schema)) return schema
  const { $ref, ...rest } = schema as { $ref?: string } & JsonObject
  if (typeof $ref === 'string') return whole(document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? false)
  return Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, whole(part)]))
}

const checks = new Map<string, ReturnType<typeof compileSchema>>()

/** Whether the answer is one that the operation declares, and its JSON as declared. */
function checkAnswer(operation: Operation, answered: Answered): void {
  const declared = operation.responses[String(answered.status)] ?? operation.responses['default']
  const isProblem = operation.responses[String(answered.status)] === undefined
  const mediaType = answered.headers.get('content-type')?.split(';')[0] ?? ''
  if (isProblem) expect([answered.status >= 400, mediaType]).toEqual([true, 'application/problem+json'])
  const content = declared?.content?.[mediaType]
  if (Object.keys(declared?.content ?? {}).length > 0)
    expect([operation.operationId, mediaType, content]).not.toContain(undefined)
  if (content === undefined || !mediaType.endsWith('json') || /ndjson/.test(mediaType)) return
  const key = `${operation.operationId} ${isProblem ? 'problem' : answered.status}`
  const check = checks.get(key) ?? compileSchema(whole(content.schema) as JsonObject)
  checks.set(key, check)
  expect([key, check.check(answered.json)]).toEqual([key, []])
}

test('the document is OpenAPI 3.1, and every operation has a name of its own', () => {
  expect(document.openapi).toBe('3.1.0')
  const names = operations().map(({ operation }) => operation.operationId)
  expect(new Set(names).size).toBe(names.length)
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([
      '/v1/runs',
      '/v1/playbooks',
      '/v1/hooks/{playbook}',
      '/v1/query',
      '/healthz',
      '/readyz',
      '/metrics',
      '/v1/openapi.json',
    ]),
  )
  for (const { path, operation } of operations()) {
    const named = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`)
    expect([path, path.match(/\{\w+\}/g) ?? []]).toEqual([path, named])
  }
})

/** Values that fit a schema of the document's own kind. */
function fitting(schema: JsonObject, hint: string): fc.Arbitrary<Json> {
  const known = knownValues[hint]
  if (known !== undefined) return fc.constantFrom(...known)
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as Json[]))
  const options = (schema['anyOf'] ?? []) as JsonObject[]
  if (options.length > 0) return fc.oneof(...options.map((option) => fitting(option, hint)))
  switch (schema['type']) {
    case 'integer':
      return fc.integer({ min: Number(schema['minimum'] ?? 0), max: Math.min(Number(schema['maximum'] ?? 20), 20) })
    case 'number':
      return fc.constantFrom(0, 0.01)
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(fitting((schema['items'] ?? {}) as JsonObject, hint), { minLength: 1, maxLength: 3 })
    case 'object':
      return fittingObject(schema)
    case 'string':
      return schema['format'] === 'date-time'
        ? fc.constantFrom('2026-01-01T00:00:00Z', '2999-12-31T23:59:59.999Z')
        : fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '' && !/[\\/.%]/.test(text))
    default:
      return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>
  }
}

function fittingObject(schema: JsonObject): fc.Arbitrary<Json> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>)
  const required = (schema['required'] ?? []) as string[]
  if (properties.length === 0) return fc.constantFrom({}, { name: 'you' })
  const record = Object.fromEntries(properties.map(([name, part]) => [name, fitting(part, name)]))
  return fc.record(record, { requiredKeys: required }) as unknown as fc.Arbitrary<Json>
}

/** Names that exist, so that some requests get past the first door. */
const knownValues: Record<string, Json[]> = {
  playbook: ['hello', 'nobody'],
  trigger: ['called', 'other'],
  text: [hello, 'kind: Playbook'],
  sql: ['SELECT 1 AS one', 'SELECT', 'SELECT * FROM numbers(30)'],
  'Millrace-Environment': ['dev', 'prod'],
  item: [-1, 0],
}

test('what the document says is answered as the document says', async () => {
  for (const { path, method, operation } of operations()) {
    if (path === '/v1/session') continue
    const parameters = operation.parameters.map((parameter) =>
      fitting(parameter.schema, parameter.name).map((value) => ({ parameter, value })),
    )
    const contents = Object.entries(operation.requestBody?.content ?? {})
    const body =
      contents.length === 0
        ? fc.constant(undefined)
        : fc.oneof(...contents.map(([mediaType, { schema }]) => bodyOf(mediaType, schema)))
    const requests = fc.sample(fc.tuple(fc.tuple(...parameters), body), { numRuns: 8, seed: 20_260_101 })
    for (const [values, sent] of requests) {
      const { url, headers } = addressed(path, values)
      const contentType = sent === undefined ? {} : { 'content-type': sent.mediaType }
      const init = {
        method,
        headers: { ...headers, ...contentType },
        ...(sent === undefined ? {} : { body: sent.text }),
      }
      checkAnswer(operation, await ask(url, init))
    }
  }
  expect(house.logged.filter((line) => line.includes('failed'))).toEqual([])
})

function bodyOf(mediaType: string, schema: JsonObject): fc.Arbitrary<{ mediaType: string; text: string }> {
  if (mediaType === '*/*')
    return fc.constantFrom({ mediaType: 'application/json', text: '{"a":1}' }, { mediaType: 'text/plain', text: 'x' })
  if (mediaType === 'application/json')
    return fitting(whole(schema) as JsonObject, '').map((value) => ({ mediaType, text: JSON.stringify(value) }))
  return fc.constantFrom(hello, '{"a":1}\n').map((text) => ({ mediaType, text }))
}

function addressed(path: string, values: readonly { parameter: Operation['parameters'][number]; value: Json }[]) {
  let url = path
  const query = new URLSearchParams()
  const headers: Record<string, string> = {}
  for (const { parameter, value } of values) {
    const text = Array.isArray(value) ? value.join(',') : String(value)
    if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(text))
    else if (parameter.in === 'header') headers[parameter.name] = text
    else if (parameter.name !== 'cursor') query.set(parameter.name, text)
  }
  return { url: query.size === 0 ? url : `${url}?${query}`, headers }
}

test('what the document does not say is refused in words, and never breaks anything', async () => {
  const paths = operations().map(({ path }) => path)
  const anything = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.string(),
    fc.constantFrom('', '{"', '['.repeat(500), 'null', '"x"'),
  )
  const request = fc.record({
    path: fc.oneof(
      fc.constantFrom(...paths),
      fc.string().map((text) => `/v1/${encodeURIComponent(text)}`),
    ),
    part: fc.oneof(
      fc.constantFrom('hello', '..', '%00', '%E0%A4%A', 'a'.repeat(500), '%2e%2e%2f'),
      fc.string().map(encodeURIComponent),
    ),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
    query: fc.dictionary(
      fc.constantFrom('limit', 'cursor', 'state', 'wait', 'item', 'follow', 'version', 'createdAfter', 'x'),
      fc.oneof(fc.string(), fc.constantFrom('-1', '1e9', 'NaN', '0.01', '')),
      { maxKeys: 3 },
    ),
    headers: fc.dictionary(
      fc.constantFrom('millrace-environment', 'idempotency-key', 'accept', 'x-request-id', 'traceparent'),
      fc.stringMatching(/^[ -~]{0,40}$/),
      { maxKeys: 3 },
    ),
    mediaType: fc.constantFrom(
      'application/json',
      'application/yaml',
      'text/plain',
      'application/x-ndjson',
      'image/png',
      'nonsense',
      'application/json; charset=latin1',
    ),
    body: anything,
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ path, part, method, query, headers, mediaType, body }) => {
      const filled = path.replaceAll(/\{\w+\}/g, part || 'x')
      const { follow, ...rest } = query
      const search = new URLSearchParams({ ...rest, ...(follow === 'true' ? {} : { follow: follow ?? '' }) })
      const hasBody = method !== 'GET'
      const answered = await ask(`${filled}?${search}`, {
        method,
        headers: { ...headers, ...(hasBody ? { 'content-type': mediaType } : {}) },
        ...(hasBody ? { body } : {}),
      })
      expect(
        [method, filled, answered.status, answered.text.slice(0, 300)].slice(0, answered.status < 500 ? 0 : 4),
      ).toEqual([])
      if (answered.status < 400) return
      expect(answered.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(answered.json).toMatchObject({
        status: answered.status,
        code: expect.stringMatching(/^[a-z]+\.[a-z_]+$/),
        detail: expect.stringMatching(/\S/),
        type: expect.stringMatching(/^\/docs\/errors#/),
      })
    }),
    { numRuns: 400 },
  )
  expect(house.logged.filter((line) => line.includes('failed'))).toEqual([])
})
