import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asking, askRaw, hello, many, slow } from './testdata/ask.ts'
import { type House, openHouse } from './testdata/house.ts'

let house: House
const ask = asking(() => house.api.address)
const yaml = { 'content-type': 'application/yaml' }

beforeAll(async () => {
  house = await openHouse()
  for (const text of [hello, slow, many]) await ask('/v1/playbooks', { method: 'POST', body: text, headers: yaml })
})
afterAll(() => house.close())

test('a playbook is published as YAML or as JSON, and the same text is the same version', async () => {
  const asJson = await ask('/v1/playbooks', { json: { text: hello } })
  expect(asJson.status).toBe(201)
  expect(asJson.json).toMatchObject({ name: 'hello', version: 1, publishedBy: 'loopback', webhooks: ['called'] })
  expect(asJson.json.publishedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const again = await ask(asJson.headers.get('location') ?? '')
  expect(again.json).toEqual(asJson.json)
  const all = await ask('/v1/playbooks?limit=2')
  expect(all.json).toMatchObject({ items: [{ name: 'hello' }, { name: 'many' }], next: expect.any(String) })
  const rest = await ask(`/v1/playbooks?limit=2&cursor=${String(all.json.next)}`)
  expect(rest.json).toEqual({ items: [expect.objectContaining({ name: 'slow' })] })
  expect((await ask('/v1/playbooks/hello/versions')).json).toMatchObject({ items: [{ version: 1 }] })
})

test('a playbook with faults is refused with each of them placed', async () => {
  const faulty = hello.replace('plugin: work', 'plugin: wrok').replace('tasks:', 'taks:')
  const refused = await ask('/v1/playbooks', { method: 'POST', body: faulty, headers: yaml })
  expect(refused.status).toBe(400)
  expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(refused.json).toMatchObject({
    type: '/docs/errors#playbook.invalid',
    code: 'playbook.invalid',
    status: 400,
    instance: '/v1/playbooks',
    errors: expect.arrayContaining([expect.objectContaining({ line: 8, code: 'playbook.unknown_key' })]),
  })
  const checked = await ask('/v1/playbooks/validate', { method: 'POST', body: faulty, headers: yaml })
  expect(checked.json).toMatchObject({ valid: false })
  expect((await ask('/v1/playbooks/validate', { json: { text: hello } })).json).toEqual({ valid: true, complaints: [] })
})

test('a run is started, waited for, and read to its steps', async () => {
  const run = await ask('/v1/runs?wait=10', { json: { playbook: 'hello', inputs: { name: 'you' } } })
  expect(run.status).toBe(200)
  expect(run.json).toMatchObject({
    state: 'completed',
    outputs: { text: 'hello you' },
    startedBy: 'loopback',
    trigger: 'api',
  })
  const at = run.headers.get('location') ?? ''
  expect(at).toBe(`/v1/runs/${String(run.json.id)}`)
  expect((await ask(at)).json).toMatchObject({ tasks: [{ name: 'greet', state: 'completed' }] })
  expect((await ask(`${at}/steps`)).json).toMatchObject({ items: [{ step: 'say', item: -1, state: 'completed' }] })
  expect((await ask(`${at}/steps/greet/say`)).json).toMatchObject({
    input: { text: 'hello you' },
    output: { text: 'hello you' },
    attempts: [{ attempt: 1 }],
  })
  const again = await ask(`${at}/rerun?wait=10`, { method: 'POST' })
  expect(again.json).toMatchObject({ trigger: 'rerun', outputs: { text: 'hello you' } })
  const other = await ask(`${at}/rerun?wait=10`, { json: { inputs: { name: 'me' } } })
  expect(other.json).toMatchObject({ outputs: { text: 'hello me' } })
})

test('the same key is the same run, by header or in the body', async () => {
  const first = await ask('/v1/runs', { json: { playbook: 'hello', key: 'k1' } })
  expect(first.status).toBe(202)
  const second = await ask('/v1/runs', { json: { playbook: 'hello' }, headers: { 'idempotency-key': 'k1' } })
  expect(second.json.id).toBe(first.json.id)
  const other = await ask('/v1/runs', { json: { playbook: 'hello', inputs: { name: 'x' }, key: 'k1' } })
  expect(other).toMatchObject({ status: 409, json: { code: 'dispatch.run_conflict' } })
  const both = await ask('/v1/runs', { json: { playbook: 'hello', key: 'a' }, headers: { 'idempotency-key': 'b' } })
  expect(both).toMatchObject({ status: 400, json: { code: 'api.request_invalid' } })
})

test('a run is paused, resumed and cancelled, and then refuses', async () => {
  const { json } = await ask('/v1/runs', { json: { playbook: 'slow' } })
  const at = `/v1/runs/${String(json.id)}`
  expect((await ask(`${at}/pause`, { method: 'POST' })).json).toMatchObject({ state: 'paused' })
  expect((await ask(`${at}/resume`, { method: 'POST' })).json).toMatchObject({ state: 'running' })
  await ask(`${at}/cancel`, { json: { reason: 'enough' } })
  await house.dispatch.ended('dev', String(json.id))
  expect((await ask(at)).json).toMatchObject({ state: 'cancelled' })
  expect(await ask(`${at}/cancel`, { method: 'POST' })).toMatchObject({
    status: 409,
    json: { code: 'dispatch.run_ended' },
  })
})

test('a wait that is too short answers that the run goes on', async () => {
  const run = await ask('/v1/runs?wait=0.05', { json: { playbook: 'slow' } })
  expect(run).toMatchObject({ status: 202, json: { playbook: 'slow' } })
  await ask(`/v1/runs/${String(run.json.id)}/cancel`, { method: 'POST' })
})

test('runs are filtered, and paged by cursor', async () => {
  for (let i = 0; i < 3; i++) await ask('/v1/runs?wait=10', { json: { playbook: 'many', inputs: { count: 1 } } })
  const first = await ask('/v1/runs?playbook=many&state=completed,failed&limit=2')
  expect(first.json.items).toHaveLength(2)
  const second = await ask(`/v1/runs?playbook=many&state=completed,failed&limit=2&cursor=${String(first.json.next)}`)
  expect(second.json).toMatchObject({ items: [{ playbook: 'many' }] })
  expect(second.json.next).toBeUndefined()
  const none = await ask('/v1/runs?createdAfter=2999-01-01T00:00:00Z')
  expect(none.json).toEqual({ items: [] })
})

test('a webhook starts a run with what came, without what the caller proves itself with', async () => {
  const called = await ask('/v1/hooks/hello?wait=10&colour=blue', {
    json: { order: 7 },
    headers: { 'x-github-event': 'push', 'x-api-key': 'sesame', cookie: 'a=b' },
  })
  expect(called.json).toMatchObject({ trigger: 'webhook', state: 'completed' })
  const { called: trigger } = called.json['outputs'] as unknown as { called: Record<string, Record<string, unknown>> }
  const payload = (trigger['payload'] ?? trigger) as Record<string, Record<string, unknown>>
  expect(payload).toMatchObject({ method: 'POST', body: { order: 7 }, query: { colour: 'blue' } })
  expect(payload['headers']).toHaveProperty('x-github-event', 'push')
  expect(JSON.stringify(payload)).not.toMatch(/sesame|cookie/)
})

test.each([
  ['a form', 'application/x-www-form-urlencoded', 'a=1&b=two', { a: '1', b: 'two' }],
  ['text', 'text/plain', 'plain words', 'plain words'],
  ['JSON of a kind', 'application/cloudevents+json', '{"id":"1"}', { id: '1' }],
  ['bytes', 'application/octet-stream', 'x', { base64: 'eA==' }],
])('a webhook takes %s', async (_what, mediaType, body, expected) => {
  const called = await ask('/v1/hooks/hello/called?wait=10', {
    method: 'PUT',
    body,
    headers: { 'content-type': mediaType },
  })
  const { called: trigger } = called.json['outputs'] as unknown as { called: Record<string, unknown> }
  expect(((trigger['payload'] ?? trigger) as Record<string, unknown>)['body']).toEqual(expected)
})

test('a webhook that is not there says which are', async () => {
  expect(await ask('/v1/hooks/slow')).toMatchObject({ status: 404, json: { code: 'api.hook_not_found' } })
  expect((await ask('/v1/hooks/hello/caled')).json.detail).toMatch(/Did you mean "called"\?/)
  expect(await ask('/v1/hooks/nobody')).toMatchObject({ status: 404, json: { code: 'dispatch.playbook_not_found' } })
})

test('a query answers as JSON, CSV or a line a row', async () => {
  const sql = "SELECT number AS n, concat('a \"', toString(number), '\", b') AS t FROM numbers({count:UInt8})"
  const json = { sql, parameters: { count: 2 } }
  const asJson = await ask('/v1/query', { json })
  expect(asJson.json).toMatchObject({
    columns: [{ name: 'n' }, { name: 't' }],
    rows: [
      [0, 'a "0", b'],
      [1, 'a "1", b'],
    ],
    truncated: false,
  })
  const csv = await ask('/v1/query', { json, headers: { accept: 'text/csv' } })
  expect(csv.text).toBe('n,t\r\n0,"a ""0"", b"\r\n1,"a ""1"", b"\r\n')
  const lines = await ask('/v1/query', { json, headers: { accept: 'application/x-ndjson' } })
  expect(lines.text).toBe('{"n":0,"t":"a \\"0\\", b"}\n{"n":1,"t":"a \\"1\\", b"}\n')
  const cut = await ask('/v1/query', { json: { sql: 'SELECT * FROM numbers(100)', limits: { rows: 3 } } })
  expect(cut.json).toMatchObject({ truncated: true, rows: [[0], [1], [2]] })
  expect(cut.headers.get('millrace-truncated')).toBe('true')
})

test('a query that is wrong, writes, or asks for what cannot be answered is refused', async () => {
  expect(await ask('/v1/query', { json: { sql: 'SELECT FROM WHERE' } })).toMatchObject({
    status: 400,
    json: { code: 'olap.sql_invalid' },
  })
  expect(await ask('/v1/query', { json: { sql: 'DROP TABLE dev.otel_logs' } })).toMatchObject({
    status: expect.any(Number),
  })
  const media = await ask('/v1/query', { json: { sql: 'SELECT 1' }, headers: { accept: 'image/png' } })
  expect(media).toMatchObject({ status: 406, json: { code: 'api.not_acceptable' } })
  expect(await ask('/v1/query', { json: { sql: 'SELECT 1', limits: { rows: 0 } } })).toMatchObject({ status: 400 })
})

test('events are written as an object, an array or lines, and once per key', async () => {
  const path = '/v1/datasets/orders/events'
  expect((await ask(path, { json: { a: 1 } })).json).toEqual({ stored: 1, rejected: 0, duplicate: 0 })
  expect((await ask(path, { json: [{ a: 1 }, { a: 2 }] })).json).toMatchObject({ stored: 2 })
  const lines = {
    method: 'POST',
    body: '{"a":1}\n\n{"a":2}\r\n',
    headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': 'x' },
  }
  expect((await ask(path, lines)).json).toMatchObject({ stored: 2 })
  expect((await ask(path, lines)).json).toMatchObject({ stored: 2 })
  const sum = await ask('/v1/query', { json: { sql: 'SELECT count(), sum(a) FROM orders' } })
  expect(sum.json).toMatchObject({ rows: [[5, 7]] })
  expect((await ask('/v1/datasets')).json).toMatchObject({ items: [{ name: 'orders', rows: 5 }] })
  const broken = await ask(path, { ...lines, body: '{"a":1}\n{"a":' })
  expect(broken).toMatchObject({
    status: 400,
    json: { code: 'api.body_invalid', detail: expect.stringMatching(/^Line 2 /) },
  })
  expect(await ask(path, { method: 'POST' })).toMatchObject({ status: 400 })
  expect(await ask(path, { json: [] })).toMatchObject({ status: 400 })
})

test('an environment is named by header or by path, and walls off what is in it', async () => {
  const prod = { 'millrace-environment': 'prod' }
  expect((await ask('/v1/playbooks', { headers: prod })).json).toEqual({ items: [] })
  expect((await ask('/v1/environments/prod/playbooks/hello')).json).toMatchObject({
    code: 'dispatch.playbook_not_found',
  })
  expect((await ask('/v1/environments/dev/playbooks/hello')).json).toMatchObject({ environment: 'dev' })
  expect((await ask('/v1/environments')).json).toMatchObject({ items: [{ name: 'dev' }, { name: 'prod' }] })
  expect(await ask('/v1/environments/prd/runs')).toMatchObject({
    status: 404,
    json: { code: 'access.environment_unknown', instance: '/v1/environments/prd/runs' },
  })
  expect(await ask('/v1/environments/dev/runs', { headers: prod })).toMatchObject({ status: 400 })
})

test('the process says that it is alive, ready, and what it counts', async () => {
  expect((await ask('/healthz')).json).toEqual({ status: 'alive' })
  expect((await ask('/readyz')).json).toEqual({ status: 'ready', memories: ['store', 'olap'] })
  house.memories.push({
    kind: 'blob',
    adapter: 's3',
    address: 's3://secret-bucket',
    ping: () => Promise.reject(new Error('key AKIA refused')),
  })
  const ill = await ask('/readyz')
  house.memories.pop()
  expect(ill).toMatchObject({ status: 503, json: { code: 'api.not_ready', details: { memories: ['blob'] } } })
  expect(ill.text).not.toMatch(/AKIA|bucket/)
  const metrics = await ask('/metrics')
  expect(metrics.text).toContain(
    'millrace_api_request_duration_seconds_bucket{le="0.001",method="GET",route="/healthz",status="2xx"}',
  )
  expect(metrics.text).not.toContain('/v1/runs/run_')
})

test('log lines are read page by page, as lines, and on until the run ends', async () => {
  const { json } = await ask('/v1/runs', { json: { playbook: 'slow' } })
  const id = String(json.id)
  const following = ask(`/v1/runs/${id}/logs?follow=true`)
  await house.log(id, ['one', 'two'], { 'millrace.task': 'rest', 'millrace.step': 'sleep' })
  await house.log(id, ['three'], {}, 'error')
  await ask(`/v1/runs/${id}/cancel`, { method: 'POST' })
  const lines = (await following).text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { text: string; task?: string })
  expect(lines.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  expect(lines[0]).toMatchObject({ task: 'rest', step: 'sleep', severity: 'info' })
  const page = await ask(`/v1/runs/${id}/logs?limit=2`)
  expect(page.json).toMatchObject({ items: [{ text: 'one' }, { text: 'two' }], next: expect.any(String) })
  const errors = await ask(`/v1/runs/${id}/logs?severityMin=error`, { headers: { accept: 'application/x-ndjson' } })
  expect(errors.text.trim().split('\n')).toHaveLength(1)
  expect(await ask('/v1/runs/run_nobody/logs?follow=true')).toMatchObject({ status: 404 })
})

test('example files are served, and nothing beside them', async () => {
  const examples = join(house.directory, 'examples')
  await mkdir(join(examples, 'quakes'), { recursive: true })
  await writeFile(join(examples, 'quakes', 'quakes.json'), '[1]')
  await writeFile(join(house.directory, 'secret.txt'), 'secret')
  await symlink(join(house.directory, 'secret.txt'), join(examples, 'quakes', 'link.txt'))
  await symlink(house.directory, join(examples, 'outside'))
  const api = house.another({ examplesDirectory: examples })
  await api.start()
  const other = asking(() => api.address)
  expect((await other('/examples/quakes/quakes.json')).text).toBe('[1]')
  for (const path of [
    'quakes/link.txt',
    'outside/secret.txt',
    'quakes/..%2f..%2fsecret.txt',
    '%2e%2e/secret.txt',
    'quakes/absent.json',
    'quakes',
  ]) {
    const refused = await other(`/examples/${path}`)
    expect([path, refused.status]).toEqual([path, 404])
    expect(refused.text).not.toContain('secret\n')
  }
  await api.stop()
})

test('the console is served with its own pages, its files cached for ever, and nothing it could be tricked with', async () => {
  const web = join(house.directory, 'web')
  await mkdir(join(web, 'assets'), { recursive: true })
  await writeFile(join(web, 'index.html'), '<!doctype html><title>Millrace</title>')
  await writeFile(join(web, 'assets', 'app-3f2a.js'), 'x'.repeat(100))
  await writeFile(join(web, 'assets', 'app-3f2a.js.gz'), 'compressed')
  const api = house.another({ webDirectory: web })
  await api.start()
  const other = asking(() => api.address)
  const page = await other('/runs/run_123', { headers: { accept: 'text/html' } })
  expect(page.text).toContain('Millrace')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toContain('unsafe-eval')
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  const script = await other('/assets/app-3f2a.js', { headers: { 'accept-encoding': 'identity' } })
  expect(script.headers.get('cache-control')).toMatch(/immutable/)
  expect(script.text).toHaveLength(100)
  expect((await other('/assets/gone.js')).status).toBe(404)
  await writeFile(join(house.directory, 'beside.txt'), 'beside')
  for (const path of [
    '/..%2fbeside.txt',
    '/%2e%2e/beside.txt',
    '/assets/..%2f..%2fbeside.txt',
    '/..\\beside.txt',
    '//beside.txt',
  ]) {
    const refused = await askRaw(api.address, path)
    expect([path, refused.status >= 400]).toEqual([path, true])
  }
  expect((await other('/v1/nothing')).json).toMatchObject({ code: 'api.not_found', instance: '/v1/nothing' })
  await api.stop()
  expect((await ask('/')).json).toMatchObject({ code: 'api.console_absent' })
})

test('the page of errors explains what every refusal links to', async () => {
  const { text } = await ask('/docs/errors')
  expect(text).toContain('id="dispatch.run_not_found"')
  expect(text).toContain('id="api.port_taken"')
})

test('what is not served, not for this method, or not in this form is a problem of its own', async () => {
  expect(await ask('/v1/rnus')).toMatchObject({ status: 404, json: { code: 'api.not_found' } })
  const method = await ask('/v1/runs', { method: 'PATCH' })
  expect(method).toMatchObject({ status: 405, json: { code: 'api.method_not_allowed' } })
  expect(method.headers.get('allow')).toBe('GET, POST')
  const media = await ask('/v1/runs', { method: 'POST', body: '<a/>', headers: { 'content-type': 'application/xml' } })
  expect(media).toMatchObject({ status: 415, json: { code: 'api.media_type' } })
  const misplaced = await ask('/v1/runs', { method: 'POST', body: hello, headers: yaml })
  expect(misplaced).toMatchObject({ status: 415, json: { code: 'api.media_type' } })
  const broken = await ask('/v1/runs', {
    method: 'POST',
    body: '{"a":',
    headers: { 'content-type': 'application/json' },
  })
  expect(broken).toMatchObject({ status: 400, json: { code: 'api.body_invalid' } })
  const deep = await ask('/v1/runs', {
    method: 'POST',
    body: `{"inputs":${'['.repeat(200)}${']'.repeat(200)}}`,
    headers: { 'content-type': 'application/json' },
  })
  expect(deep).toMatchObject({ status: 400, json: { code: 'api.too_deep' } })
  const proto = await ask('/v1/runs', {
    method: 'POST',
    body: '{"playbook":"hello","inputs":{"__proto__":{}}}',
    headers: { 'content-type': 'application/json' },
  })
  expect(proto).toMatchObject({ status: 400, json: { code: 'api.body_invalid' } })
  const large = await ask('/v1/playbooks', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024), headers: yaml }).catch(
    () => undefined,
  )
  if (large !== undefined) expect(large).toMatchObject({ status: 413, json: { code: 'api.too_large' } })
  expect(await ask('/v1/runs', { json: { playbook: 'a\0b' } })).toMatchObject({ status: 400 })
  expect(await ask('/v1/hooks/%00')).toMatchObject({ status: 400, json: { code: 'api.request_invalid' } })
  const unknown = await ask('/v1/runs', { json: { playbok: 'hello' } })
  expect(unknown.json).toMatchObject({
    code: 'api.request_invalid',
    errors: expect.arrayContaining([expect.objectContaining({ pointer: expect.any(String) })]),
  })
  expect(await ask('/v1/runs?limit=0')).toMatchObject({ status: 400 })
  expect(await ask('/v1/runs?limit=many')).toMatchObject({ status: 400 })
  expect(await ask('/v1/runs?cursor=xyz')).toMatchObject({ status: 400, json: { code: 'dispatch.cursor_invalid' } })
  expect(await ask('/v1/runs/%E0%A4%A')).toMatchObject({ status: 400 })
})

test('the caller’s own name for a request is kept when it fits a log line', async () => {
  expect((await ask('/healthz', { headers: { 'x-request-id': 'abc-1' } })).headers.get('x-request-id')).toBe('abc-1')
  const odd = await ask('/v1/nothing', { headers: { 'x-request-id': 'a b {"x"}' } })
  expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(odd.json.requestId).toBe(odd.headers.get('x-request-id'))
})

test.each([
  ['what is not HTTP', 'HELLO\r\n\r\n', 400],
  ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
])('%s is a problem too', async (_what, bytes, status) => {
  const { hostname, port } = new URL(house.api.address)
  const answer = await new Promise<string>((resolve) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.on('data', (piece) => {
      text += String(piece)
    })
    socket.on('close', () => resolve(text))
    socket.on('error', () => {})
  })
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ code: 'api.request_invalid', status })
})

test('a taken port is told in one sentence', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  await expect(house.another({ port }).start()).rejects.toMatchObject({
    code: 'api.port_taken',
    message: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`),
  })
  await new Promise((resolve) => other.close(resolve))
  await expect(house.another({ host: '203.0.113.7', open: false }).start()).rejects.toMatchObject({
    code: 'api.host_unavailable',
  })
})

test('it stops within a second, whoever still listens', async () => {
  const api = house.another({})
  await api.start()
  const other = asking(() => api.address)
  const { json } = await other('/v1/runs', { json: { playbook: 'slow' } })
  const waiting = other('/v1/runs?wait=60', { json: { playbook: 'slow' } })
  const following = other(`/v1/runs/${String(json.id)}/logs?follow=true`)
  await other('/healthz')
  await api.stop()
  expect(await waiting).toMatchObject({ status: 202 })
  await following
})
