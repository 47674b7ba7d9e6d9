// A small server that speaks the console's GraphQL schema over generated data: for drawing, photographing and testing pages
// without the platform. Never part of what is shipped.

import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { buildSchema, type GraphQLSchema, graphql } from 'graphql/index.js'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { type FakePlatform, fakePlatform } from './fake-platform.ts'
import { resolvers } from './fake-resolvers.ts'
import { type FakeRun, logsBetween, planOf, runTime, stepView } from './fake-runs.ts'
import { schemaText } from './schema-text.ts'

const tickMs = 120

/** The Content-Security-Policy that the console is built for; the real server sends the same. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

export interface FakeServer {
  readonly url: string
  readonly platform: FakePlatform
  close(): Promise<void>
}

export async function startFakeServer(options: {
  readonly schemaFile: string
  readonly port?: number
  readonly dist?: string
  readonly runs?: number
  /** New runs by themselves. */
  readonly busy?: boolean
  /** Ask for the token `fake` before anything else. */
  readonly locked?: boolean
}): Promise<FakeServer> {
  const schema = buildSchema(schemaText(options.schemaFile))
  const platform = fakePlatform({ runs: options.runs ?? 10_000, now: Date.now() })
  seedLive(platform)
  const stopping = new AbortController()
  const rootValue: Resolvers = resolvers(platform, {
    changes: (id) => changes(platform, stopping.signal, (run) => rootValue.view(run), id),
    logs: (id) => logs(platform, stopping.signal, id),
  })
  if (options.busy !== false) keepBusy(platform, stopping.signal)

  const server = createServer((request, response) => {
    answer({ schema, rootValue, dist: options.dist, locked: options.locked === true }, request, response).catch(
      (thrown: unknown) => {
        response.writeHead(500).end(String(thrown))
      },
    )
  })
  const sockets = new WebSocketServer({ server, path: '/graphql' })
  const subscriptions = useServer({ schema, roots: { subscription: rootValue } }, sockets)
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    platform,
    close: async () => {
      stopping.abort()
      await subscriptions.dispose()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Resolvers = ReturnType<typeof resolvers>

async function* changes(platform: FakePlatform, stopping: AbortSignal, view: Resolvers['view'], id?: string) {
  let before = Date.now() - tickMs
  while (!stopping.aborted) {
    await rest()
    const now = Date.now()
    const live = id === undefined ? platform.runs.slice(0, 100) : platform.runs.filter((run) => run.id === id)
    const changed = live.filter((run) => isLive(run, before))
    if (changed.length > 0) {
      const [first] = changed
      if (id === undefined) yield { runsChanged: changed.map(view) }
      else if (first !== undefined) yield { runChanged: { run: view(first), ...stepsSince(first, before, now) } }
    }
    before = now
  }
}
async function* logs(platform: FakePlatform, stopping: AbortSignal, id: string) {
  const run = platform.runs.find((candidate) => candidate.id === id)
  if (run === undefined) return
  let seen = runTime(run, Date.now())
  while (!stopping.aborted) {
    await rest()
    const to = runTime(run, Date.now())
    const lines = logsBetween(run, seen, to)
    seen = to
    if (lines.length > 0) yield { runLogs: lines }
  }
}

interface Site {
  readonly schema: GraphQLSchema
  readonly rootValue: Resolvers
  readonly dist: string | undefined
  readonly locked: boolean
}

async function answer(
  { schema, rootValue, dist, locked }: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url === '/graphql' && locked && !request.headers.cookie?.includes('fake=1')) {
    const extensions = { code: 'api.unauthenticated', status: 401 }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({ data: null, errors: [{ message: 'The request does not say who asks.', extensions }] }),
    )
  } else if (request.method === 'POST' && request.url === '/graphql') {
    const { query, variables } = JSON.parse(await bodyOf(request)) as {
      query: string
      variables: Record<string, unknown>
    }
    const result = await graphql({ schema, source: query, variableValues: variables, rootValue })
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result))
  } else if (request.method === 'POST' && request.url === '/v1/session') {
    const { token } = JSON.parse(await bodyOf(request)) as { token: string }
    if (token === 'fake') {
      response.writeHead(204, { 'set-cookie': 'fake=1; Path=/; HttpOnly; SameSite=Strict' }).end()
    } else {
      response.writeHead(401, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ code: 'api.token_invalid', detail: 'The token is not one of ours.' }))
    }
  } else if (dist !== undefined) {
    await sendFile(dist, request.url ?? '/', response)
  } else response.writeHead(404).end()
}

const rest = () => new Promise((resolve) => setTimeout(resolve, tickMs))

function isLive(run: FakeRun, since: number): boolean {
  const ended = run.cancelledAt ?? run.createdAt + run.pausedMs + (planOf(run).at(-1)?.end ?? 0)
  return ended + 1_000 >= since && run.createdAt <= since + 10 * tickMs
}

function stepsSince(run: FakeRun, before: number, now: number) {
  const from = runTime(run, before) - tickMs
  const to = runTime(run, now)
  const touched = planOf(run).filter(
    (step) =>
      (step.start > from && step.start <= to) || (step.end > from && step.end <= to) || run.cancelledAt !== undefined,
  )
  return { steps: touched.slice(0, 500).map((step) => stepView(run, step, now)), more: touched.length > 500 }
}

/** A failed run, a large finished one, and a large one that is running now. */
function seedLive(platform: FakePlatform): void {
  const latest = (name: string) => platform.playbooks.get(name)?.at(-1)
  const embed = latest('embed-images')
  const quakes = latest('quakes')
  if (embed === undefined || quakes === undefined) return
  platform.start(quakes, Date.now() - 50_000, { id: 'run_FAILED', failsIn: 'score', seed: 3 })
  platform.start(embed, Date.now() - 55_000, { id: 'run_LARGE', failsIn: undefined, seed: 5 })
  platform.start(embed, Date.now() - 9_000, { id: 'run_LIVE', failsIn: undefined, seed: 11, slow: 5 })
  platform.start(quakes, Date.now() - 8_000, { id: 'run_DONE', failsIn: undefined, seed: 21 })
}

function keepBusy(platform: FakePlatform, signal: AbortSignal): void {
  const timer = setInterval(() => {
    const names = [...platform.playbooks.keys()].filter((name) => name !== 'embed-images')
    const playbook = platform.playbooks.get(names[Date.now() % names.length] ?? '')?.at(-1)
    if (playbook !== undefined) platform.start(playbook, Date.now(), { slow: 6 })
  }, 2_000)
  signal.addEventListener('abort', () => clearInterval(timer))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

async function sendFile(root: string, url: string, response: ServerResponse): Promise<void> {
  const path = normalize(new URL(url, 'http://fake').pathname)
  const name = extname(path) === '' ? 'index.html' : path
  const bytes = await readFile(join(root, name)).catch(() => undefined)
  if (bytes === undefined) {
    response.writeHead(404).end('absent')
    return
  }
  response.writeHead(200, {
    'content-type': contentTypes[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': contentSecurityPolicy,
  })
  response.end(bytes)
}
