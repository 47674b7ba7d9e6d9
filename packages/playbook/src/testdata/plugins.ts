// Plugins for tests: shaped like the real ones, small enough to read beside a complaint.

import type { JsonObject } from '@millrace/stdx'
import type { PluginDescription } from '../plugins.ts'

function plugin(
  name: string,
  input: JsonObject,
  more: Partial<Pick<PluginDescription, 'secrets' | 'literal' | 'side' | 'output'>> = {},
): PluginDescription {
  return {
    name,
    side: more.side ?? 'worker',
    summary: `The plugin ${name}.`,
    input: { type: 'object', additionalProperties: false, ...input },
    secrets: more.secrets ?? [],
    literal: more.literal ?? [],
    ...(more.output === undefined ? {} : { output: more.output }),
  }
}

const http = plugin(
  'http',
  {
    required: ['url'],
    properties: {
      url: { type: 'string', minLength: 1, description: 'Absolute address.' },
      method: { type: 'string', enum: ['GET', 'POST', 'PUT', 'DELETE'], description: 'The method.', default: 'GET' },
      query: { type: 'object', description: 'Parameters for the query.' },
      headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Headers of the request.' },
      json: { description: 'The body, sent as JSON.' },
      expect: { type: 'string', enum: ['auto', 'json', 'text'], description: 'What the body is.' },
      status: { oneOf: [{ type: 'integer' }, { type: 'array', items: { type: 'integer' } }], description: 'Accepted.' },
      auth: {
        type: 'object',
        description: 'How to prove who asks.',
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: {
          bearer: { type: 'string', description: 'A token.' },
          basic: {
            type: 'object',
            additionalProperties: false,
            required: ['username', 'password'],
            properties: { username: { type: 'string' }, password: { type: 'string' } },
          },
        },
      },
    },
  },
  {
    secrets: ['/auth/bearer', '/auth/basic/password', '/headers/*'],
    output: {
      type: 'object',
      properties: {
        status: { type: 'integer', description: 'The status of the answer.' },
        body: { description: 'The body.' },
        headers: { type: 'object', description: 'Headers of the answer.' },
      },
    },
  },
)

const python = plugin(
  'python',
  {
    required: ['code'],
    properties: {
      code: { type: 'string', description: 'Python that defines `main`.' },
      input: { type: 'object', description: 'The keyword arguments of `main`.' },
      packages: { type: 'array', items: { type: 'string' }, description: 'Pinned requirements.' },
    },
  },
  { literal: ['/code'], secrets: ['/input/*'] },
)

const transform = plugin(
  'transform',
  { required: ['value'], properties: { value: { description: 'Any value.' } } },
  { side: 'engine' },
)

const wait = plugin(
  'wait',
  {
    minProperties: 1,
    maxProperties: 1,
    properties: {
      for: { type: 'string', pattern: '^([0-9.]+(ms|s|m|h|d))+$', description: 'How long.' },
      until: { type: 'string', format: 'date-time', description: 'Until when.' },
    },
  },
  { side: 'engine' },
)

const datasetWrite = plugin('dataset.write', {
  required: ['dataset', 'events'],
  properties: {
    dataset: { type: 'string', pattern: '^[a-z][a-z0-9_]*$', description: 'Name of the dataset.' },
    events: { type: 'array', description: 'The rows.' },
    schema: { type: 'object', description: 'JSON Schema of a row.' },
  },
})

export const plugins: ReadonlyMap<string, PluginDescription> = new Map(
  [http, python, transform, wait, datasetWrite].map((each) => [each.name, each]),
)
