// with → what goes over the wire, and what may be said about it in a message.

import { pluginErrors } from '@millrace/plugin'
import type { Auth, Fields, HttpInput } from './input.ts'

export interface HttpRequest {
  readonly url: URL
  readonly method: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** What the connection itself decides; a step that sets them would break the framing for the next request. */
const framing = [
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** RFC 9110 token, and the characters of a field value that every HTTP library carries unharmed. */
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** Headers that tell another origin nothing about this one; `authorization`, cookies and keys are not among them. */
const travelling = ['accept', 'accept-encoding', 'accept-language', 'content-type', 'traceparent', 'user-agent']

export function buildRequest(
  input: HttpInput,
  call: { readonly idempotencyKey: string; readonly traceparent: string },
): HttpRequest {
  const url = parseUrl(input.url)
  addQuery(url, input.query ?? {})
  if (input.auth?.query !== undefined) url.searchParams.set(input.auth.query.name, input.auth.query.value)

  const { body, contentType } = buildBody(input)
  const headers: Record<string, string> = {
    accept: input.expect === 'json' ? 'application/json' : '*/*',
    'accept-encoding': 'gzip, br',
    'user-agent': 'millrace',
    traceparent: call.traceparent,
  }
  if (contentType !== undefined) headers['content-type'] = contentType
  if (input.idempotencyKey === true) headers['idempotency-key'] = call.idempotencyKey
  for (const [name, value] of [...Object.entries(input.headers ?? {}), ...authHeaders(input.auth)]) {
    headers[name.toLowerCase()] = checkHeader(name, String(value))
  }
  return { url, method: input.method ?? (body === undefined ? 'GET' : 'POST'), headers, body }
}

/** The request that follows a redirect, by the rules of fetch.spec.whatwg.org (HTTP-redirect fetch). */
export function redirected(request: HttpRequest, status: number, target: URL): HttpRequest {
  const seeOther = status === 303 && request.method !== 'GET' && request.method !== 'HEAD'
  const becomesGet = seeOther || ((status === 301 || status === 302) && request.method === 'POST')
  const stays = target.origin === request.url.origin
  const kept = Object.entries(request.headers).filter(
    ([name]) => (stays || travelling.includes(name)) && !(becomesGet && name === 'content-type'),
  )
  const headers = Object.fromEntries(kept)
  return becomesGet
    ? { url: target, method: 'GET', headers, body: undefined }
    : { url: target, method: request.method, headers, body: request.body }
}

/** An absolute http(s) URL without a user in it. Messages never repeat what might hold a password. */
export function parseUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined
  if (url === undefined) {
    throw pluginErrors.http_url('`url` is not an absolute URL. Expected something like https://api.example.com/path.')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw pluginErrors.http_url(`\`url\` begins with ${url.protocol}// — only http:// and https:// can be fetched.`)
  }
  if (url.username !== '' || url.password !== '') {
    throw pluginErrors.http_url(
      `\`url\` holds a user name or password for ${url.host}. Use \`auth: { basic: { username, password } }\` instead, with a secret.`,
    )
  }
  url.hash = ''
  return url
}

/** For messages and logs: scheme, host and path; a query may hold keys. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`
}

export function shownRequest(request: HttpRequest): string {
  return `${request.method} ${shownUrl(request.url)}`
}

/** For the output: whole, but for the key that `auth.query` put there. */
export function outputUrl(url: URL, auth: Auth | undefined): string {
  if (auth?.query === undefined) return url.href
  const copy = new URL(url)
  copy.searchParams.delete(auth.query.name)
  return copy.href
}

/** Every secret that `auth` and `headers` hold, so that a server which echoes them does not write them into an error. */
export function secretsOf(input: HttpInput): readonly string[] {
  const { auth } = input
  const basic = auth?.basic
  const values = [auth?.bearer, auth?.header?.value, auth?.query?.value, basic?.password, ...headerSecrets(input)]
  if (basic !== undefined) values.push(base64(`${basic.username}:${basic.password}`))
  return values.filter((value) => value !== undefined && value.length >= 4) as string[]
}

function headerSecrets(input: HttpInput): string[] {
  const plain = new Set([...travelling, 'cache-control', 'if-modified-since', 'if-none-match'])
  return Object.entries(input.headers ?? {})
    .filter(([name]) => !plain.has(name.toLowerCase()))
    .map(([, value]) => String(value))
}

/** Names that the URL has already stay as they are, so that the `next` link of a page is not set back to the first. */
function addQuery(url: URL, query: Fields): void {
  const present = new Set(url.searchParams.keys())
  for (const [name, value] of pairs(query)) if (!present.has(name)) url.searchParams.append(name, value)
}

function pairs(fields: Fields): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : value === null ? [] : [value]).map((one): [string, string] => [name, String(one)]),
  )
}

function buildBody(input: HttpInput): { body: string | undefined; contentType: string | undefined } {
  if (input.json !== undefined) return { body: JSON.stringify(input.json), contentType: 'application/json' }
  if (input.form !== undefined) {
    const body = new URLSearchParams(pairs(input.form)).toString()
    return { body, contentType: 'application/x-www-form-urlencoded' }
  }
  const contentType = input.body === undefined ? undefined : 'text/plain; charset=utf-8'
  return { body: input.body, contentType }
}

function authHeaders(auth: Auth | undefined): [string, string][] {
  if (auth?.bearer !== undefined) return [['authorization', `Bearer ${auth.bearer}`]]
  if (auth?.basic !== undefined) {
    return [['authorization', `Basic ${base64(`${auth.basic.username}:${auth.basic.password}`)}`]]
  }
  return auth?.header === undefined ? [] : [[auth.header.name, auth.header.value]]
}

function checkHeader(name: string, value: string): string {
  if (!headerName.test(name)) {
    throw pluginErrors.input_invalid(`${JSON.stringify(name)} is not a header name. Use letters, digits and \`-\`.`)
  }
  if (framing.includes(name.toLowerCase())) {
    throw pluginErrors.input_invalid(`The header \`${name}\` belongs to the connection and cannot be set. Remove it.`)
  }
  if (!headerValue.test(value)) {
    throw pluginErrors.input_invalid(
      `The value of the header \`${name}\` holds a line break or a character that a header cannot carry. Encode it.`,
    )
  }
  return value
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
