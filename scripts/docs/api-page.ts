// Every route, from the OpenAPI document that the server itself makes.

import { isObject, type JsonObject } from '@millrace/stdx'
import { anchor, blocks, code, table } from './markdown.ts'
import { type Page, referencePage } from './page.ts'
import { schemaTable, typeOf } from './schema-rows.ts'

interface Operation {
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly 'x-millrace-action': string
  readonly security?: readonly unknown[]
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly schema: JsonObject
}

type Content = Readonly<Record<string, { readonly schema: JsonObject }>>

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> }
}

export function apiPage(document: OpenApi): Page {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => together(path, methods))
  const tags = [...new Set(operations.map(({ operation }) => operation.tags[0] ?? ''))].sort()
  const text = blocks(
    '# API',
    `REST for machines, at the same address as the console. The server describes itself at \`GET /v1/openapi.json\` (OpenAPI 3.1), which
is what this page is made from. Screens use GraphQL at \`/graphql\`, with subscriptions over \`graphql-transport-ws\`: the same
actions, rights and errors.`,
    `- **Who asks** says so with \`Authorization: Bearer <token>\`. On a loopback address a server that runs open (\`--open true\`, the
  default there) asks nobody. Each route needs one *action*; until there are people and rights, the administrator may do all.
- **Where** is an environment: \`dev\`, or the one in the header \`Millrace-Environment\`, or in the path,
  \`/v1/environments/<name>/runs\` for \`/v1/runs\`. This holds for the routes marked with ◆.
- **Lists** answer \`{ items, next }\`; hand \`next\` back as \`cursor\` for the page after. \`limit\` is at most 500.
- **Times** are RFC 3339 in UTC with milliseconds.
- **Refusals** are problem documents (RFC 9457) with a [code](errors.md).
- **\`Idempotency-Key\`** on what starts or writes something: the same key does it once.`,
    table(
      ['route', 'does', 'action'],
      operations.map(({ title, id, operation }) => [
        `[${code(title)}](#${id})${inEnvironment(operation) ? ' ◆' : ''}`,
        operation.summary,
        actionOf(operation),
      ]),
    ),
    ...tags.flatMap((tag) => [
      `## ${tag}`,
      ...operations.filter(({ operation }) => operation.tags[0] === tag).flatMap(operationSection),
    ]),
    '## Schemas',
    ...Object.entries(document.components.schemas)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([name, schema]) => [
        `${anchor(schemaId(name))}\n### ${name}`,
        schemaTable(schema, { linkOf, isAnswer: true }),
      ]),
  )
  return referencePage('api', 'what the server answers at `/v1/openapi.json`', text)
}

interface Placed {
  readonly title: string
  readonly id: string
  readonly operation: Operation
}

/** Methods that do the same at one path stand together: a webhook takes what its callers send. */
function together(path: string, methods: Readonly<Record<string, Operation>>): readonly Placed[] {
  const bySummary = new Map<string, { readonly names: string[]; readonly operation: Operation }>()
  for (const [method, operation] of Object.entries(methods)) {
    const same = bySummary.get(operation.summary)
    if (same === undefined) bySummary.set(operation.summary, { names: [method], operation })
    else same.names.push(method)
  }
  return [...bySummary.values()].map(({ names, operation }) => ({
    title: `${names.join('|').toUpperCase()} ${path}`,
    id: `${names[0]}${path.replaceAll(/[^a-z0-9]+/gi, '-')}`.replace(/-$/, ''),
    operation,
  }))
}

function operationSection({ title, id, operation }: Placed): readonly string[] {
  const { parameters, requestBody, responses } = operation
  const own = parameters.filter((parameter) => parameter.in !== 'header')
  return [
    `${anchor(id)}\n### ${title}`,
    [operation.summary, operation.description ?? ''].filter((part) => part !== '').join(' '),
    `Action: ${actionOf(operation)}.${inEnvironment(operation) ? ' In an environment.' : ''}`,
    own.length === 0 ? '' : parameterTable(own),
    requestBody === undefined
      ? ''
      : `Takes${requestBody.required ? '' : ', if anything'}: ${contentOf(requestBody.content)}.`,
    ...Object.entries(requestBody?.content ?? {}).flatMap(([, { schema }]) =>
      isObject(schema['properties']) ? [schemaTable(schema, { linkOf })] : [],
    ),
    table(
      ['answers', 'with', 'when'],
      // Of every route, the default is a problem document: the page says so once.
      Object.entries(responses)
        .filter(([status]) => status !== 'default')
        .map(([status, { description, content = {} }]) => [status, contentOf(content), description]),
    ),
  ]
}

function parameterTable(parameters: readonly Parameter[]): string {
  return table(
    ['parameter', 'in', 'type', 'meaning'],
    parameters.map(({ name, in: place, required, schema }) => [
      `${code(name)}${required && place !== 'path' ? ', required' : ''}`,
      place,
      typeOf(schema, { linkOf }),
      typeof schema['description'] === 'string' ? schema['description'] : '',
    ]),
  )
}

function contentOf(content: Content): string {
  return Object.entries(content)
    .map(([mediaType, { schema }]) => {
      const type = typeOf(schema, { linkOf })
      return mediaType === 'application/json' && type !== 'object' ? type : code(mediaType)
    })
    .join(', ')
}

function inEnvironment({ parameters }: Operation): boolean {
  return parameters.some(({ name }) => name === 'Millrace-Environment')
}

function actionOf(operation: Operation): string {
  const action = code(operation['x-millrace-action'])
  return operation.security?.length === 0 ? `${action}, for anybody` : action
}

function linkOf(reference: string): string {
  const name = reference.split('/').at(-1) ?? ''
  return `[${name}](#${schemaId(name)})`
}

/** Of its own, because a schema may be called as a group of routes is. */
function schemaId(name: string): string {
  return `schema-${name.toLowerCase()}`
}
