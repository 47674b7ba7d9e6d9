import type { Dispatch } from '@millrace/dispatch'
import type { Journal } from '@millrace/journal'
import { deferred } from '@millrace/stdx'
import fc from 'fast-check'
import { type Client, createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Api } from '../contract.ts'
import { asking, hello, many, slow } from '../testdata/ask.ts'
import { adminToken, type House, openHouse } from '../testdata/house.ts'

let house: House
let closed: Api
beforeAll(async () => {
  house = await openHouse()
  closed = house.another({ open: false })
  await closed.start()
  for (const text of [hello, slow, many]) await house.dispatch.publish({ environment: 'dev', text, by: 'test' })
})
afterAll(async () => {
  await closed.stop()
  await house.close()
})

interface GraphError {
  message: string
  path?: string[]
  extensions: { code: string; status: number; complaints?: { line: number }[] }
}

async function graph(query: string, variables: Record<string, unknown> = {}, of: { api?: Api; token?: string } = {}) {
  const headers = of.token === undefined ? {} : { authorization: `Bearer ${of.token}` }
  const asked = asking(() => (of.api ?? house.api).address, headers)
  const { status, json } = await asked('/graphql', { json: { query, variables } })
  const { data, errors } = json as unknown as { data?: Record<string, never> | null; errors?: GraphError[] }
  return { status, data, errors }
}

test('a screen reads what it shows in one question, the same the second time when it is compiled', async () => {
  const run = await house.dispatch.startRun({
    environment: 'dev',
    playbook: 'hello',
    inputs: {},
    trigger: { kind: 'manual' },
    by: 'test',
  })
  await house.dispatch.ended('dev', run.id)
  await house.log(run.id, ['a line'])
  const question = `query ($id: ID!) {
    me { name open environments } platform { version stores { kind healthy } warnings }
    plugins { name } plugin(name: "work") { name input } none: plugin(name: "nobody") { name }
    playbooks(first: 2) { items { name version webhooks runs(first: 1) { id } } next }
    playbook(name: "hello") { text versions(first: 5) { items { version } } } gone: playbook(name: "gone") { name }
    run(id: $id) {
      state steps { total completed } inputs outputs tasks { name state items { total } steps { id plugin } } text
      stepList(first: 10) { items { step state attempt spanId } next }
      step(task: "greet", step: "say") { input output attempts { attempt } }
      error { code } endedAt createdAt
    }
    nobody: run(id: "run_nobody") { id }
    runs(filter: { states: ["completed"], search: "hell" }) { items { id } } runCounts { state count }
    datasets { name } tables { database name columns { name type } }
    query(sql: "SELECT 1 AS one") { columns { name type } rows truncated }
  }`
  const first = await graph(question, { id: run.id })
  expect(first.errors).toBeUndefined()
  expect(first.data).toMatchObject({
    me: { name: 'loopback', open: true, environments: ['dev', 'prod'] },
    plugin: { name: 'work', input: { type: 'object' } },
    none: null,
    gone: null,
    nobody: null,
    run: {
      state: 'completed',
      inputs: { name: 'world' },
      outputs: { text: 'hello world', called: expect.anything() },
      tasks: [{ name: 'greet', state: 'completed', items: null }],
      text: hello,
      stepList: { items: [{ step: 'say', state: 'completed' }], next: null },
      step: { output: { text: 'hello world' }, attempts: [{ attempt: 1 }] },
      endedAt: expect.any(Number),
    },
    runCounts: [{ state: 'completed', count: 1 }],
    query: { rows: [[1]] },
  })
  expect((first.data as unknown as { tables: { name: string }[] }).tables.map(({ name }) => name)).toContain(
    'otel_logs',
  )
  const second = await graph(question, { id: run.id })
  expect(second.data).toEqual(first.data)
})

test('mutations publish, start and steer, in the name of who asks', async () => {
  const published = await graph('mutation ($text: String!) { publish(text: $text) { name version publishedBy } }', {
    text: slow,
  })
  expect(published.data).toEqual({ publish: { name: 'slow', version: 1, publishedBy: 'test' } })
  const started = await graph('mutation { startRun(playbook: "slow", key: "g") { id state trigger startedBy } }')
  expect(started.data).toMatchObject({ startRun: { trigger: 'manual', startedBy: 'loopback' } })
  const { id } = (started.data?.['startRun'] ?? {}) as unknown as { id: string }
  const steered = async (what: string) =>
    (await graph(`mutation ($id: ID!) { ${what}(id: $id) { state } }`, { id })).data
  expect(await steered('pauseRun')).toEqual({ pauseRun: { state: 'paused' } })
  expect(await steered('resumeRun')).toEqual({ resumeRun: { state: 'running' } })
  await steered('cancelRun')
  const again = await graph('mutation ($id: ID!) { rerun(id: $id) { id trigger } }', { id })
  expect(again.data).toMatchObject({ rerun: { trigger: 'rerun' } })
  const { id: other } = (again.data?.['rerun'] ?? {}) as unknown as { id: string }
  await house.dispatch.cancel('dev', other, 'test')
})

test('a refusal says the same as over REST', async () => {
  const faulty = await graph('mutation ($text: String!) { publish(text: $text) { name } }', { text: 'kind: Playbok' })
  expect(faulty.errors?.[0]).toMatchObject({
    path: ['publish'],
    extensions: { code: 'playbook.invalid', status: 400, complaints: expect.any(Array) },
  })
  const absent = await graph('mutation { startRun(playbook: "gone") { id } }')
  expect(absent.errors?.[0]?.extensions).toMatchObject({ code: 'dispatch.playbook_not_found', status: 404 })
  const elsewhere = await graph('{ runs(environment: "prd") { items { id } } }')
  expect(elsewhere.errors?.[0]?.extensions).toMatchObject({ code: 'access.environment_unknown' })
  const page = await graph('{ runs(first: 501) { items { id } } }')
  expect(page.errors?.[0]?.extensions).toMatchObject({ code: 'api.request_invalid' })
  const state = await graph('{ runs(filter: { states: ["sleeping"] }) { items { id } } }')
  expect(state.errors?.[0]?.message).toMatch(/"sleeping" is not a state/)
})

test('checking a text answers its faults, its graph and its inputs', async () => {
  const question =
    'query ($text: String!) { validate(text: $text) { complaints { code line column message } outline { name tasks { name line needs steps { id plugin } } } inputs } }'
  const good = await graph(question, { text: hello })
  expect(good.data).toMatchObject({
    validate: {
      complaints: [],
      outline: { name: 'hello', tasks: [{ name: 'greet', steps: [{ id: 'say', plugin: 'work' }] }] },
      inputs: { properties: { name: { default: 'world' } } },
    },
  })
  const bad = await graph(question, { text: hello.replace('plugin: work', 'plugin: wrok') })
  expect(bad.data).toMatchObject({
    validate: { complaints: [{ code: 'playbook.unknown_plugin', line: 11 }], inputs: null },
  })
})

test('what does not fit the schema, or is several questions, is refused', async () => {
  for (const query of [
    '-1',
    'null',
    '{}',
    '{"kind":"Document","definitions":[]}',
    '{',
    '{ nothing }',
    'query A { me { name } } query B { me { name } }',
    '{ run { id } }',
  ]) {
    const refused = await graph(query)
    expect([query, refused.status, refused.errors?.[0]?.extensions.code]).toEqual([query, 400, 'api.query_invalid'])
  }
  const variable = await graph('query ($id: ID!) { run(id: $id) { id } }', {})
  expect(variable).toMatchObject({ status: 400, errors: [{ extensions: { code: 'api.query_invalid' } }] })
  const batch = await asking(() => house.api.address)('/graphql', { json: [{ query: '{ me { name } }' }] })
  expect(batch).toMatchObject({ status: 400, json: { code: 'api.request_invalid' } })
})

test('a question that asks for too much is refused before it is answered', async () => {
  const wide = await graph('{ playbooks(first: 500) { items { runs(first: 500) { tasks { name } } } } }')
  expect(wide).toMatchObject({ status: 400, errors: [{ extensions: { code: 'api.query_too_costly' } }] })
  const byVariable = await graph('query ($n: Int!) { playbooks(first: $n) { items { runs(first: $n) { text } } } }', {
    n: 400,
  })
  expect(byVariable.errors?.[0]?.extensions.code).toBe('api.query_too_costly')
  const aliases = Array.from({ length: 300 }, (_, i) => `a${i}: runs(first: 500) { items { text } }`).join(' ')
  expect((await graph(`{ ${aliases} }`)).status).toBe(400)
  const fragments = Array.from(
    { length: 30 },
    (_, i) => `fragment f${i} on Run { ${i === 29 ? 'text' : `...f${i + 1} ...f${i + 1}`} }`,
  )
  const nested = await graph(`{ runs(first: 1) { items { ...f0 } } } ${fragments.join(' ')}`)
  expect(nested.status).toBe(400)
})

test('the schema is described to those with a token', async () => {
  const question = '{ __schema { queryType { name } } }'
  expect((await graph(question)).data).toMatchObject({ __schema: { queryType: { name: 'Query' } } })
  expect((await graph(question, {}, { api: closed })).errors?.[0]?.extensions).toMatchObject({
    code: 'api.introspection_denied',
    status: 403,
  })
  expect((await graph(question, {}, { api: closed, token: adminToken })).data).toBeDefined()
})

test('without a token every field that shows something is refused by its own action', async () => {
  const asked = await graph('{ me { name } runs { items { id } } }', {}, { api: closed })
  expect(asked.errors?.[0]).toMatchObject({ path: ['runs'], extensions: { code: 'api.unauthenticated', status: 401 } })
  expect((await graph('{ me { name } }', {}, { api: closed })).data).toEqual({ me: { name: 'anonymous' } })
})

test('no document and no variables break anything', async () => {
  const word = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    'runs',
    'run',
    'items',
    'id',
    'first:',
    '1',
    '-1',
    '$id',
    'query',
    'fragment f on Run',
    '...f',
    '"x"',
    'playbook',
    'name:',
    'tasks',
    '@action(name: "run.read")',
    'filter:',
    '[',
    ']',
    'null',
    'environment:',
    '"dev"',
  )
  const document = fc.oneof(
    fc.array(word, { maxLength: 25 }).map((words) => words.join(' ')),
    fc.constantFrom(
      'query ($id: ID!) { run(id: $id) { id tasks { name } } }',
      'mutation ($id: String!) { startRun(playbook: $id, inputs: $in) { id } }',
      'query ($id: JSON) { query(sql: "SELECT 1", parameters: $id) { rows } }',
      'query ($id: RunFilter) { runs(filter: $id) { items { id } } }',
    ),
  )
  const variables = fc.dictionary(fc.constantFrom('id', 'in'), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 2 })
  await fc.assert(
    fc.asyncProperty(document, variables, async (query, given) => {
      const { json, status } = await asking(() => house.api.address)('/graphql', { json: { query, variables: given } })
      expect([status < 500, query]).toEqual([true, query])
      const { errors = [] } = json as unknown as { errors?: GraphError[] }
      if (!Array.isArray(errors)) return
      for (const error of errors)
        if (error.extensions !== undefined)
          expect([query, given, error.extensions.code]).not.toContain('api.unexpected')
    }),
    { numRuns: 200 },
  )
  expect(house.logged).toEqual([])
})

// ── Subscriptions ──────────────────────────────────────────────────────────────────────────────────────────────────

function subscriber(api: Api, connectionParams: Record<string, unknown> = {}): Client {
  const url = `${api.address.replace('http', 'ws')}/graphql`
  return createClient({ url, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0, lazy: true })
}

type Message = { data?: Record<string, never>; errors?: readonly GraphError[] }

/** The messages of a subscription, until as many have come or something is wrong. */
function heard(client: Client, query: string, variables: Record<string, unknown>) {
  return client.iterate({ query, variables }) as AsyncIterableIterator<Message>
}

const start = (playbook: string, inputs = {}) =>
  house.dispatch.startRun({ environment: 'dev', playbook, inputs, trigger: { kind: 'manual' }, by: 'test' })

test('a list of runs hears of a change within 200 ms of its commit', async () => {
  const listening = deferred()
  const dispatch: Dispatch = {
    ...house.dispatch,
    follow(...given) {
      listening.resolve()
      return house.dispatch.follow(...given)
    },
  }
  const api = house.another({ dispatch })
  await api.start()
  const client = subscriber(api)
  const messages = heard(client, 'subscription { runsChanged { id state playbook } }', {})
  const first = messages.next()
  await listening.promise
  const run = await start('slow')
  const { value } = await first
  expect(value).toMatchObject({ data: { runsChanged: [{ id: run.id, playbook: 'slow' }] } })
  await house.dispatch.cancel('dev', run.id, 'test')
  await client.dispose()
  await api.stop()
})

test('a run is followed to its end: first a call to load it, then what changed, at most ten times a second', async () => {
  const client = subscriber(house.api)
  const run = await start('many', { count: 300 })
  const query =
    'subscription ($id: ID!) { runChanged(id: $id) { run { state steps { completed } tasks { name state } } steps { task item step state plugin spanId } more } }'
  const began = performance.now()
  const messages: {
    run: { state: string }
    steps: { item: number; state: string; plugin: string }[]
    more: boolean
  }[] = []
  for await (const message of heard(client, query, { id: run.id })) {
    const change = message.data?.['runChanged'] as unknown as (typeof messages)[number]
    messages.push(change)
    if (change.run.state === 'completed') break
  }
  expect(messages[0]?.more).toBe(true)
  expect(messages.length).toBeLessThanOrEqual(2 + (performance.now() - began) / 100)
  const told = messages.flatMap(({ steps }) => steps)
  for (const step of told) expect(step.plugin).toBe('work')
  const detail = await house.dispatch.steps('dev', run.id, {}, { limit: 1 })
  expect(detail.items[0]).toMatchObject({ spanId: expect.stringMatching(/^[0-9a-f]{16}$/) })
  await client.dispose()
})

test('the log of a run is heard as it is written', async () => {
  const listening = deferred()
  const journal: Pick<Journal, 'follow'> = {
    async follow(...given) {
      const stop = await house.journal.follow(...given)
      listening.resolve()
      return stop
    },
  }
  const api = house.another({ journal })
  await api.start()
  const client = subscriber(api)
  const run = await start('slow')
  const query = 'subscription ($id: ID!) { runLogs(id: $id) { id text severity task at } }'
  const first = heard(client, query, { id: run.id }).next()
  await listening.promise
  await house.log('run_other', ['not this one'])
  await house.log(run.id, ['one', 'two'], { 'millrace.task': 'rest' })
  const { value } = await first
  expect(value).toMatchObject({ data: { runLogs: [{ text: 'one', task: 'rest' }, { text: 'two' }] } })
  await house.dispatch.cancel('dev', run.id, 'test')
  await client.dispose()
  await api.stop()
})

test('a subscription is refused by the same rights, rules and words', async () => {
  const client = subscriber(house.api)
  const refused = async (query: string, variables = {}) => {
    try {
      for await (const message of heard(client, query, variables)) return message.errors?.[0]?.extensions.code
    } catch (cause) {
      return (cause as GraphError[])[0]?.extensions.code
    }
    return undefined
  }
  expect(await refused('subscription { nothing }')).toBe('api.query_invalid')
  expect(await refused('{ me { name } }')).toBe('api.query_invalid')
  expect(await refused('subscription { runChanged(id: "run_nobody") { more } }')).toBe('dispatch.run_not_found')
  expect(await refused('subscription { runsChanged(environment: "nowhere") { id } }')).toBe(
    'access.environment_unknown',
  )
  await client.dispose()
})

test('a socket is opened by token or session, and by no page of another site', async () => {
  const closedUrl = `${closed.address.replace('http', 'ws')}/graphql`
  const code = (client: Client) =>
    new Promise<number>((resolve) => {
      client.on('closed', (event) => resolve((event as { code: number }).code))
      client.subscribe({ query: 'subscription { runsChanged { id } }' }, { next() {}, error() {}, complete() {} })
    })
  expect(await code(subscriber(closed))).toBe(4403)
  expect(await code(subscriber(closed, { token: 'wrong' }))).toBe(4403)
  const client = subscriber(closed, { token: adminToken })
  const connected = new Promise((resolve) => client.on('connected', resolve))
  client.subscribe({ query: 'subscription { runsChanged { id } }' }, { next() {}, error() {}, complete() {} })
  await connected
  await client.dispose()
  for (const [url, headers] of [
    [closedUrl, { authorization: 'Bearer wrong' }],
    [`${house.api.address.replace('http', 'ws')}/graphql`, { origin: 'https://evil.example' }],
    [`${house.api.address.replace('http', 'ws')}/graphql`, { host: 'evil.example' }],
  ] as const) {
    const socket = new WebSocket(url, 'graphql-transport-ws', { headers })
    const answer = await new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      socket.on('open', () => resolve(101))
      socket.on('error', () => {})
    })
    expect([401, 403]).toContain(answer)
    socket.terminate()
  }
})

test('stopping says goodbye to every screen with 1001', async () => {
  const api = house.another({})
  await api.start()
  const client = subscriber(api)
  const closed = new Promise<number>((resolve) =>
    client.on('closed', (event) => resolve((event as { code: number }).code)),
  )
  const connected = new Promise((resolve) => client.on('connected', resolve))
  client.subscribe({ query: 'subscription { runsChanged { id } }' }, { next() {}, error() {}, complete() {} })
  await connected
  await api.stop()
  expect(await closed).toBe(1001)
})
