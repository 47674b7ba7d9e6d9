// The OpenAPI 3.1 document, made from the very declarations that validate. Schemas with an `$id` become components.

import { actions } from '@millrace/access'
import { isObject, type Json, type JsonObject } from '@millrace/stdx'
import { type Route, route } from '../http/route.ts'
import { AnyObject, ProblemShape } from './shapes.ts'

type Components = Record<string, JsonObject>

export function openApi(routes: readonly Route[], version: string): JsonObject {
  const schemas: Components = {}
  const paths: Record<string, Record<string, JsonObject>> = {}
  for (const spec of routes) {
    for (const method of typeof spec.method === 'string' ? [spec.method] : spec.method) {
      paths[spec.path] = { ...paths[spec.path], [method.toLowerCase()]: operation(spec, method, schemas) }
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Millrace',
      version,
      description:
        'Everything happens in an environment, `dev` unless the header `Millrace-Environment` names another; `/v1/environments/{name}/…` says the same in the path. Refusals are problem details (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Shown once, at the first start.' } },
    },
  }
}

function operation(spec: Route, method: string, schemas: Components): JsonObject {
  const { action } = spec
  return {
    operationId: operationId(spec, method),
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    tags: [spec.path.split('/')[spec.path.startsWith('/v1/') ? 2 : 1] ?? ''],
    'x-millrace-action': action,
    ...('anonymous' in actions[action] ? { security: [] } : {}),
    parameters: parameters(spec),
    ...(spec.body === undefined || method === 'GET' ? {} : { requestBody: requestBody(spec, schemas) }),
    responses: responses(spec, schemas),
  }
}

function operationId(spec: Route, method: string): string {
  const words = spec.path.split(/[/{}.-]+/).filter((word) => word !== '' && word !== 'v1')
  return [method.toLowerCase(), ...words].map((word, i) => (i === 0 ? word : capital(word))).join('')
}

function parameters(spec: Route): Json {
  const list: JsonObject[] = []
  for (const [place, schema] of [
    ['path', spec.params],
    ['query', spec.query],
  ] as const) {
    const { properties = {}, required = [] } = (schema ?? {}) as {
      properties?: Record<string, JsonObject>
      required?: readonly string[]
    }
    for (const [name, property] of Object.entries(properties)) {
      list.push({ name, in: place, required: place === 'path' || required.includes(name), schema: plain(property) })
    }
  }
  if (spec.inEnvironment === true) {
    list.push({
      name: 'Millrace-Environment',
      in: 'header',
      required: false,
      schema: { type: 'string', default: 'dev' },
    })
  }
  return list
}

function requestBody({ body }: Route, schemas: Components): JsonObject {
  const content: Record<string, JsonObject> = {}
  if (body?.json !== undefined) content['application/json'] = { schema: hoisted(body.json, schemas) }
  for (const mediaType of body?.text ?? []) content[mediaType] = { schema: { type: 'string' } }
  if (body?.any === true) content['*/*'] = { schema: {} }
  return { required: body?.any !== true && !isOptional(body?.json), content }
}

function isOptional(json: unknown): boolean {
  return isObject(json) && json.type === 'object' && (!Array.isArray(json.required) || json.required.length === 0)
}

function responses(spec: Route, schemas: Components): JsonObject {
  const list: Record<string, JsonObject> = {}
  for (const [status, answer] of Object.entries(spec.answers)) {
    const content: Record<string, JsonObject> = {}
    for (const mediaType of answer.mediaTypes ?? (answer.schema === undefined ? [] : ['application/json'])) {
      content[mediaType] = {
        schema:
          mediaType === 'application/json' && answer.schema !== undefined
            ? hoisted(answer.schema, schemas)
            : { type: 'string' },
      }
    }
    const headers = Object.fromEntries(
      Object.entries(answer.headers ?? {}).map(([name, description]) => [
        name,
        { description, schema: { type: 'string' } },
      ]),
    )
    list[status] = { description: answer.description, headers, content }
  }
  list.default = {
    description: 'Refused: why, and what to do.',
    content: { 'application/problem+json': { schema: hoisted(ProblemShape, schemas) } },
  }
  return list
}

/** The schema with every part that has an `$id` moved to the components. */
function hoisted(schema: unknown, schemas: Components): JsonObject {
  return walk(schema, schemas) as JsonObject
}

function walk(value: unknown, schemas: Components): Json {
  if (Array.isArray(value)) return value.map((one) => walk(one, schemas))
  if (!isObject(value)) return value as Json
  const { $id, ...rest } = value
  const walked = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, walk(part, schemas)]))
  if (typeof $id !== 'string') return walked
  schemas[$id] = walked
  return { $ref: `#/components/schemas/${$id}` }
}

function plain(schema: JsonObject): JsonObject {
  return hoisted(schema, {})
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** The route that answers the document; it describes itself too. */
export function openApiRoute(routes: readonly Route[], version: string): Route {
  let document: string | undefined
  const self: Route = route({
    method: 'GET',
    path: '/v1/openapi.json',
    action: 'schema.read',
    summary: 'This document.',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: AnyObject } },
    async handle() {
      document ??= JSON.stringify(openApi([...routes, self], version))
      return { mediaType: 'application/json; charset=utf-8', body: document }
    },
  })
  return self
}
