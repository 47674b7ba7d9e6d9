import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpPlugin } from './index.ts'
import type { HttpInput } from './input.ts'
import { json, type LocalServer, serve, testContext } from './testdata/server.ts'

const http = httpPlugin()
let server: LocalServer
let elsewhere: LocalServer

beforeAll(async () => {
  elsewhere = await serve({ '/landed': (request, response, body) => json(response, seen(request, body)) })
  server = await serve({
    '/echo': (request, response, body) => json(response, seen(request, body)),
    '/text': (_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain; charset=latin1' }).end(Buffer.from([0xe9])),
    '/bytes': (_, response) =>
      response
        .writeHead(200, { 'content-type': 'image/png', 'set-cookie': ['a=1', 'b=2'] })
        .end(Buffer.from([1, 2, 3])),
    '/empty': (_, response) => response.writeHead(204).end(),
    '/html': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>'),
    '/away': (_, response) => response.writeHead(307, { location: `${elsewhere.url}/landed` }).end('moved'),
    '/home': (_, response) => response.writeHead(307, { location: '/echo?again=1' }).end(),
    '/posted': (_, response) => response.writeHead(303, { location: '/echo' }).end(),
    '/circle': (_, response) => response.writeHead(302, { location: '/circle' }).end(),
    '/file': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    '/inside': (_, response) => response.writeHead(302, { location: 'http://root:hunter2@127.0.0.1/' }).end(),
    '/busy': (_, response) => response.writeHead(503, { 'retry-after': '7' }).end('come back later'),
    '/missing': (request, response) => response.writeHead(404).end(`not for ${request.headers.authorization}`),
  })
})

afterAll(async () => {
  await http.close?.()
  await server.close()
  await elsewhere.close()
})

function seen(request: { method?: string | undefined; url?: string | undefined; headers: object }, body: string) {
  return { method: request.method, url: request.url, headers: request.headers, body }
}

async function call(path: string, input: Omit<HttpInput, 'url'> = {}) {
  const output = await http.call({ ...input, url: path.startsWith('/') ? server.url + path : path }, testContext())
  return output as { status: number; headers: Record<string, string>; body: never; url: string }
}

async function echoed(path: string, input: Omit<HttpInput, 'url'> = {}) {
  const { body } = await call(path, input)
  return body as { method: string; url: string; headers: Record<string, string>; body: string }
}

test('a plain URL is fetched and JSON is parsed by its content type', async () => {
  const output = await call('/echo')
  expect(output.status).toBe(200)
  expect(output.body).toMatchObject({ method: 'GET', url: '/echo' })
  expect(output.url).toBe(`${server.url}/echo`)
  expect(output.headers['content-type']).toBe('application/json')
})

test('query lists repeat, nulls vanish, and what the URL has stays', async () => {
  const request = await echoed('/echo?page=2', { query: { page: 1, tag: ['a b', 'c&d'], gone: null, on: true } })
  expect(request.url).toBe('/echo?page=2&tag=a+b&tag=c%26d&on=true')
})

test.each([
  ['json', { json: { a: [1, null] } }, 'application/json', '{"a":[1,null]}'],
  ['null as json', { json: null }, 'application/json', 'null'],
  ['form', { form: { a: 'x y', b: [1, 2] } }, 'application/x-www-form-urlencoded', 'a=x+y&b=1&b=2'],
  ['body', { body: 'héllo' }, 'text/plain; charset=utf-8', 'héllo'],
])('a body given as %s makes it a POST', async (_, input, contentType, body) => {
  expect(await echoed('/echo', input)).toMatchObject({ method: 'POST', body, headers: { 'content-type': contentType } })
})

test('headers of the step win over what the body implies', async () => {
  const { headers } = await echoed('/echo', {
    body: 'a: 1',
    method: 'PUT',
    headers: { 'Content-Type': 'text/yaml', 'X-N': 5 },
  })
  expect(headers).toMatchObject({ 'content-type': 'text/yaml', 'x-n': '5' })
})

test.each([
  ['bearer', { bearer: 'token-1' }, { authorization: 'Bearer token-1' }],
  ['basic', { basic: { username: 'ann', password: 'pässword' } }, { authorization: 'Basic YW5uOnDDpHNzd29yZA==' }],
  ['header', { header: { name: 'X-API-Key', value: 'k-9' } }, { 'x-api-key': 'k-9' }],
])('auth by %s', async (_, auth, headers) => {
  expect(await echoed('/echo', { auth })).toMatchObject({ headers })
})

test('a key in the query is sent, and left out of the url in the output', async () => {
  const output = await call('/echo?a=1', { auth: { query: { name: 'api_key', value: 'k-123' } } })
  expect(output.body).toMatchObject({ url: '/echo?a=1&api_key=k-123' })
  expect(output.url).toBe(`${server.url}/echo?a=1`)
})

test('the trace context always goes along, the idempotency key when asked for', async () => {
  const plain = await echoed('/echo', { method: 'POST' })
  expect(plain.headers['traceparent']).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
  expect(plain.headers['idempotency-key']).toBeUndefined()
  const keyed = await echoed('/echo', { method: 'POST', idempotencyKey: true })
  expect(keyed.headers['idempotency-key']).toBe('run_1/fetch/-1/get/0')
})

test('text follows its charset, bytes come in base64, nothing is null', async () => {
  expect((await call('/text')).body).toBe('é')
  const image = await call('/bytes')
  expect(image.body).toBe('AQID')
  expect(image.headers['set-cookie']).toBe('a=1, b=2')
  expect((await call('/empty', { expect: 'json' })).body).toBeNull()
  expect((await call('/echo', { method: 'HEAD' })).body).toBeNull()
})

test('expect json on a login page says what came instead', async () => {
  await expect(call('/html', { expect: 'json' })).rejects.toMatchObject({
    code: 'plugin.http_not_json',
    retryable: false,
    message: expect.stringContaining('text/html, which is not JSON. It begins with: <h1>Log in</h1>'),
  })
})

test('a redirect within the origin keeps method, body and auth', async () => {
  const output = await call('/home', { json: { a: 1 }, auth: { bearer: 'token-1' } })
  expect(output.body).toMatchObject({ method: 'POST', body: '{"a":1}', headers: { authorization: 'Bearer token-1' } })
  expect(output.url).toBe(`${server.url}/echo?again=1`)
})

test('a redirect to another origin carries no credentials of any kind', async () => {
  const { headers } = await echoed('/away', {
    auth: { bearer: 'token-1' },
    headers: { 'x-api-key': 'k-9', cookie: 'session=1', accept: 'text/csv' },
  })
  expect(headers['authorization']).toBeUndefined()
  expect(headers['x-api-key']).toBeUndefined()
  expect(headers['cookie']).toBeUndefined()
  expect(headers['accept']).toBe('text/csv')
})

test('303 after a POST becomes a GET without body', async () => {
  const request = await echoed('/posted', { json: { a: 1 } })
  expect(request).toMatchObject({ method: 'GET', body: '' })
  expect(request.headers['content-type']).toBeUndefined()
})

test('with redirects 0 a redirect can be the answer', async () => {
  const output = await call('/away', { redirects: 0, status: '3xx' })
  expect(output.status).toBe(307)
  expect(output.headers['location']).toBe(`${elsewhere.url}/landed`)
  await expect(call('/away', { redirects: 0 })).rejects.toMatchObject({ code: 'plugin.http_redirects' })
})

test.each([
  ['a circle', '/circle', 'the redirect after the 5 allowed'],
  ['a file', '/file', 'only http:// and https://'],
  ['a URL with a password', '/inside', 'only http:// and https:// without a password'],
])('%s is no place to redirect to', async (_, path, message) => {
  const failure = call(path)
  await expect(failure).rejects.toMatchObject({ code: 'plugin.http_redirects', retryable: false })
  await expect(failure).rejects.toThrow(message)
  await expect(failure).rejects.not.toThrow('hunter2')
})

test('an unexpected status carries what the server said, and when to come back', async () => {
  await expect(call('/busy')).rejects.toMatchObject({
    code: 'plugin.http_status',
    retryable: true,
    message: `GET ${server.url}/busy answered 503, expected 2xx: come back later`,
    details: { status: 503, retryAfterMs: 7000, body: 'come back later' },
  })
  await expect(call('/busy', { status: [200, '500-503'] })).resolves.toMatchObject({ status: 503 })
})

test('a server that echoes a secret does not write it into the error', async () => {
  const failure = await call('/missing', { auth: { bearer: 'tok-secret' } }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'plugin.http_status', retryable: false })
  expect(failure).toMatchObject({ details: { body: 'not for Bearer ***' } })
  expect(JSON.stringify(failure) + String(failure)).not.toContain('tok-secret')
})

test('what is logged names host and path, never the query', async () => {
  const context = testContext()
  await http.call({ url: `${server.url}/echo?token=abc` }, context)
  expect(context.lines).toHaveLength(1)
  expect(context.lines[0]).toContain(`GET ${server.url}/echo?… → 200`)
})

test.each([
  ['/relative', 'plugin.http_url', 'not an absolute URL'],
  ['ftp://example.com/', 'plugin.http_url', 'begins with ftp://'],
  ['http://ann:hunter2@example.com/', 'plugin.http_url', 'user name or password for example.com'],
])('the url %s is refused before anything is sent', async (url, code, message) => {
  const failure = await http.call({ url }, testContext()).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code, message: expect.stringContaining(message) })
  expect(String(failure)).not.toContain('hunter2')
})

test.each([
  [{ 'bad name': 'x' }, '"bad name" is not a header name'],
  [{ 'x-a': 'one\r\nx-b: two' }, 'The value of the header `x-a` holds a line break'],
  [{ 'Content-Length': '5' }, '`Content-Length` belongs to the connection'],
])('the headers %j are refused', async (headers, message) => {
  await expect(call('/echo', { headers })).rejects.toMatchObject({
    code: 'plugin.input_invalid',
    message: expect.stringContaining(message),
  })
})
