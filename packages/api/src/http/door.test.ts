import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../contract.ts'
import { createApi } from '../create-api.ts'
import { asking, askRaw } from '../testdata/ask.ts'
import { adminToken, type House, openHouse } from '../testdata/house.ts'
import { checkDeclared } from './door.ts'

let house: House
let closed: Api
beforeAll(async () => {
  house = await openHouse()
  closed = house.another({ open: false })
  await closed.start()
})
afterAll(async () => {
  await closed.stop()
  await house.close()
})

const bearer = { authorization: `Bearer ${adminToken}` }
const ask = asking(() => closed.address)

test('a route that declares no action cannot be served', () => {
  expect(() => checkDeclared({ method: 'GET', url: '/v1/oversight', config: {} })).toThrow(/declares no action/)
  checkDeclared({ method: 'GET', url: '/v1/runs', config: { action: 'run.read' } })
})

test('without a token only what is nobody’s is answered', async () => {
  for (const path of ['/v1/runs', '/v1/playbooks', '/v1/openapi.json', '/metrics', '/v1/environments', '/v1/hooks/x']) {
    const refused = await ask(path)
    expect([path, refused.status, refused.json.code]).toEqual([path, 401, 'api.unauthenticated'])
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
  }
  for (const path of ['/healthz', '/readyz', '/v1/me', '/docs/errors']) expect((await ask(path)).status).toBe(200)
  expect((await ask('/v1/me')).json).toMatchObject({ name: 'anonymous', open: false, environments: [] })
})

test('with the token everything is', async () => {
  expect((await ask('/v1/me', { headers: bearer })).json).toMatchObject({ name: 'administrator', open: false })
  expect((await ask('/v1/runs', { headers: bearer })).status).toBe(200)
  expect((await ask('/v1/openapi.json', { headers: bearer })).status).toBe(200)
})

test('whoever may not come in learns nothing, not even which environments there are', async () => {
  const known = await ask('/v1/environments/prod/runs')
  const unknown = await ask('/v1/environments/nowhere/runs')
  expect([known.status, unknown.status]).toEqual([401, 401])
})

test('the body of a request that may not come in is not read', async () => {
  const refused = await ask('/v1/runs', {
    method: 'POST',
    body: '{"broken',
    headers: { 'content-type': 'application/json' },
  })
  expect(refused.status).toBe(401)
})

test('a wrong token is refused even where none is needed, and too many of them have to wait', async () => {
  const api = house.another({ open: false })
  await api.start()
  const guess = asking(() => api.address, { authorization: 'Bearer mra_wrong' })
  expect(await guess('/healthz')).toMatchObject({ status: 401, json: { code: 'api.token_invalid' } })
  expect((await guess('/v1/me', { headers: { authorization: 'Basic YTpi' } })).json.detail).toMatch(/form `Bearer/)
  const answers = []
  for (let i = 0; i < 25; i++) answers.push(await guess('/v1/runs'))
  const last = answers.at(-1)
  expect(last).toMatchObject({ status: 429, json: { code: 'api.too_many_failures' } })
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
  // Whoever has the right one is not locked out by whoever guesses beside them.
  expect((await asking(() => api.address)('/v1/runs', { headers: bearer })).status).toBe(200)
  await api.stop()
})

test('signing in gives a cookie that scripts cannot read and other sites cannot send', async () => {
  expect(await ask('/v1/session', { json: { token: 'wrong' } })).toMatchObject({
    status: 401,
    json: { code: 'api.token_invalid' },
  })
  const signedIn = await ask('/v1/session', { json: { token: adminToken } })
  const cookie = signedIn.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^millrace_session=mrs_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
  expect(cookie).not.toContain(adminToken)
  const session = { cookie: `theme=dark; ${cookie.split(';')[0] ?? ''}` }
  expect((await ask('/v1/me', { headers: session })).json).toMatchObject({ name: 'administrator' })
  const out = await ask('/v1/session', { method: 'DELETE', headers: session })
  expect(out.status).toBe(204)
  expect(out.headers.get('set-cookie')).toMatch(/Max-Age=0/)
  expect((await ask('/v1/me', { headers: session })).json).toMatchObject({ name: 'anonymous' })
})

test('a page of another site gets nowhere with the browser’s own rights', async () => {
  const { address } = house.api
  const host = new URL(address).host
  const attempts: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `https://evil.example/${host}` },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of attempts) {
    for (const [method, path] of [
      ['POST', '/v1/runs'],
      ['GET', '/v1/hooks/hello'],
      ['POST', '/graphql'],
    ] as const) {
      const refused = await askRaw(address, path, { method, headers })
      expect([headers, refused.status, refused.json.code]).toEqual([headers, 403, 'api.origin_denied'])
    }
  }
  const own = { origin: address, 'sec-fetch-site': 'same-origin' }
  expect((await askRaw(address, '/v1/runs', { headers: own })).status).toBe(200)
  // A link from elsewhere may open the console; a token is nobody's ambient right.
  expect((await askRaw(address, '/docs/errors', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
  expect(
    (await askRaw(closed.address, '/v1/runs', { headers: { ...bearer, origin: 'https://ci.example' } })).status,
  ).toBe(200)
})

test('an open machine answers only to its own names', async () => {
  const { address } = house.api
  const { port } = new URL(address)
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example']) {
    const refused = await askRaw(address, '/v1/runs', { headers: { host } })
    expect([host, refused.status]).toEqual([host, 403])
    expect(refused.json.code).toBe('api.host_denied')
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `millrace.localhost:${port}`]) {
    expect((await askRaw(address, '/v1/runs', { headers: { host } })).status).toBe(200)
  }
  // Elsewhere the token is what counts, so that a proxy may call it what it likes.
  expect((await askRaw(closed.address, '/v1/runs', { headers: { host: 'millrace.example', ...bearer } })).status).toBe(
    200,
  )
})

test('it refuses to be open to other machines', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.10', 'millrace.example', '127.evil.example']) {
    expect(() => createApi({ ...house.options, host, open: true })).toThrow(
      /refuses to listen on .* without asking for a token/,
    )
  }
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])
    createApi({ ...house.options, host, open: true })
  createApi({ ...house.options, host: '0.0.0.0', open: false })
})
