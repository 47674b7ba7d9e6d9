// What the publish-time check, the manual and the builder's form know about `http`.

import type { JsonSchema, PluginDescription } from '@millrace/plugin'
import { limits } from './limits.ts'

const scalar = { type: ['string', 'number', 'boolean'] }
const fields: JsonSchema = {
  type: 'object',
  additionalProperties: { type: [...scalar.type, 'null', 'array'], items: scalar },
}
const statusOne: JsonSchema = {
  minimum: 100,
  maximum: 599,
  pattern: '^([1-5]xx|[1-5][0-9][0-9](-[1-5][0-9][0-9])?)$',
}

const auth: JsonSchema = {
  type: 'object',
  description: 'How to prove who asks. Exactly one way. Never sent on to another origin.',
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    bearer: { type: 'string', description: 'A token for `Authorization: Bearer …`. Use a secret.' },
    basic: {
      type: 'object',
      description: 'User name and password.',
      additionalProperties: false,
      required: ['username', 'password'],
      properties: {
        username: { type: 'string', description: 'The user name.' },
        password: { type: 'string', description: 'The password. Use a secret.' },
      },
    },
    header: {
      type: 'object',
      description: 'A key in a header of the API’s own, such as `X-API-Key`.',
      additionalProperties: false,
      required: ['name', 'value'],
      properties: {
        name: { type: 'string', description: 'Name of the header.' },
        value: { type: 'string', description: 'The key. Use a secret.' },
      },
    },
    query: {
      type: 'object',
      description: 'A key in the query, for APIs that take it nowhere else. It is left out of `url` in the output.',
      additionalProperties: false,
      required: ['name', 'value'],
      properties: {
        name: { type: 'string', description: 'Name of the parameter, such as `api_key`.' },
        value: { type: 'string', description: 'The key. Use a secret.' },
      },
    },
  },
}

const input: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: {
      type: 'string',
      minLength: 1,
      description: 'Absolute address, `http://` or `https://`, without user name and password (those go into `auth`).',
    },
    method: {
      type: 'string',
      enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'],
      description: 'The method. Without it: `GET`, or `POST` when there is a body.',
    },
    query: {
      ...fields,
      description:
        'Parameters for the query of the URL. A list repeats the name; null leaves it out; a name that the URL has already stays as it is there.',
    },
    headers: {
      type: 'object',
      additionalProperties: scalar,
      description: 'Headers of the request. Values may be secrets.',
    },
    json: { description: 'The body, sent as JSON.' },
    form: { ...fields, description: 'The body, sent as `application/x-www-form-urlencoded`.' },
    body: { type: 'string', description: 'The body, sent as it stands (`text/plain` unless `headers` say otherwise).' },
    auth,
    expect: {
      type: 'string',
      enum: ['auto', 'json', 'text', 'bytes'],
      default: 'auto',
      description:
        'What `body` in the output is: `json` parsed (a failure if it is none), `text`, `bytes` in base64, or `auto`: what the content type says.',
    },
    status: {
      type: ['integer', 'string', 'array'],
      ...statusOne,
      minItems: 1,
      items: { type: ['integer', 'string'], ...statusOne },
      default: '2xx',
      description: 'Statuses that count as success: `200`, `2xx`, `200-204`, or a list of these.',
    },
    redirects: {
      type: 'integer',
      minimum: 0,
      maximum: limits.redirectsMax,
      default: limits.redirectsDefault,
      description: 'How many redirects to follow. With 0, a redirect can be an accepted `status`.',
    },
    bytesMax: {
      type: 'integer',
      minimum: 1,
      maximum: limits.bodyBytesMax,
      default: limits.bodyBytesDefault,
      description: 'Largest body accepted, in bytes after unpacking.',
    },
    idempotencyKey: {
      type: 'boolean',
      default: false,
      description:
        'Send an `Idempotency-Key` header that stays the same over retries, so that a server which honours it acts once.',
    },
  },
  dependentSchemas: {
    json: { properties: { form: false, body: false } },
    form: { properties: { body: false } },
  },
}

const output: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['status', 'headers', 'body', 'url'],
  properties: {
    status: { type: 'integer', description: 'The status of the answer.' },
    headers: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Headers of the answer, names in lower case; repeated ones are joined by `, `.',
    },
    body: { description: 'The body as `expect` asks; null when there is none.' },
    url: { type: 'string', description: 'The address that answered, after redirects.' },
  },
}

export const description: PluginDescription = {
  name: 'http',
  version: '1.0.0',
  summary: 'Send an HTTP request and use the answer.',
  about: `Sends one request and answers \`{ status, headers, body, url }\`.

**When it fails.** An answer outside \`status\` fails the step with \`plugin.http_status\`; its status and the beginning of its
body are in \`error.details\`. Statuses 408, 425, 429 and 5xx, broken connections, unknown hosts and timeouts are
*retryable*: give the step a \`retry\` and they are tried again. Other 4xx and invalid certificates are not.

**Pages.** \`paginate\` on the step calls it once per page. \`into: url\` follows a link; \`into: query.cursor\` (or \`query.page\`,
\`query.offset\`) sets a parameter. A parameter that a followed link carries wins over the same one in \`query\`.

**Secrets** may stand in \`auth\` and in \`headers\`. They never reach another origin: a redirect elsewhere keeps only
headers such as \`accept\` and \`content-type\`. They are never part of messages.

**Certificates** are always verified. An authority of your own is added with \`NODE_EXTRA_CA_CERTS\` on the worker.

**Limits.** \`bytesMax\` counts unpacked bytes, so a small answer that unpacks to gigabytes is refused on the way. The step's
\`timeout\` bounds the whole call, redirects included. Numbers in JSON beyond 2⁵³ lose their last digits; ask for
\`expect: text\` where that matters.`,
  side: 'worker',
  effect: 'once',
  input,
  output,
  secrets: ['/auth/bearer', '/auth/basic/password', '/auth/header/value', '/auth/query/value', '/headers/*'],
  literal: [],
  examples: [
    {
      title: 'Fetch JSON, patiently',
      yaml: `id: get
plugin: http
with:
  url: https://api.example.com/v1/stations
  query: { country: FR, limit: 100 }
  expect: json
timeout: 30s
retry: { attempts: 5, delay: 500ms, backoff: exponential, delayMax: 30s, jitter: full }
`,
    },
    {
      title: 'Post an order once, with a token',
      yaml: `id: order
plugin: http
with:
  method: POST
  url: https://shop.example.com/orders
  json: { sku: A-17, quantity: 2 }
  auth: { bearer: { secret: shop_token } }
  idempotencyKey: true
  status: [200, 201]
`,
    },
    {
      title: 'All pages of a list',
      yaml: `id: all
plugin: http
with:
  url: https://api.example.com/v1/orders
  query: { limit: 500 }
  expect: json
paginate:
  next: "{{ output.body.next }}"
  into: query.cursor
  pagesMax: 200
  collect: "{{ output.body.orders }}"
`,
    },
  ],
}
