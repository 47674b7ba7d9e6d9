// The server: declared routes, GraphQL and files behind one door. It starts and stops like every other room.

import fastifyRateLimit from '@fastify/rate-limit'
import fastifyWebsocket from '@fastify/websocket'
import { invariant } from '@millrace/stdx'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Api, ApiOptions } from './contract.ts'
import { executableSchema } from './graphql/executable.ts'
import { graphResolvers } from './graphql/resolvers.ts'
import { addGraph } from './graphql/server.ts'
import { addSockets, handleProtocols, type Sockets } from './graphql/socket.ts'
import { departures } from './http/departures.ts'
import { addDoor } from './http/door.ts'
import { withoutEnvironment } from './http/environment-path.ts'
import { addHeaders } from './http/headers.ts'
import { listen, loopbackNames, refuseOpenElsewhere } from './http/listen.ts'
import { addMetrics, metricsRoute } from './http/metrics.ts'
import { addRefusals, malformed, refuse } from './http/refusals.ts'
import { registerRoutes } from './http/register.ts'
import { requestId } from './http/request-name.ts'
import type { Route } from './http/route.ts'
import {
  keepAliveMsMax,
  pathPartLettersMax,
  requestMsMax,
  socketMessageBytesMax,
  stopMsMax,
  stopSweepMs,
} from './limits.ts'
import { refusalOf } from './problem.ts'
import { addFiles } from './resources/console.ts'
import { datasetRoutes } from './resources/datasets.ts'
import { errorsRoute } from './resources/errors-page.ts'
import { hookRoutes } from './resources/hooks.ts'
import { type LiveLogs, liveLogs } from './resources/live-logs.ts'
import { logRoutes } from './resources/logs.ts'
import { openApiRoute } from './resources/openapi.ts'
import { platformRoutes } from './resources/platform.ts'
import { playbookRoutes } from './resources/playbooks.ts'
import { pluginRoutes } from './resources/plugins.ts'
import { queryRoutes } from './resources/query.ts'
import { runRoutes } from './resources/runs.ts'
import { sessionRoutes } from './resources/session.ts'

/** Every declared route of the machines, the document that describes them included. */
export function routesOf(options: ApiOptions, lines: LiveLogs): readonly Route[] {
  const routes = [
    ...playbookRoutes(options),
    ...runRoutes(options),
    ...logRoutes(options, lines),
    ...hookRoutes(options),
    ...queryRoutes(options),
    ...datasetRoutes(options),
    ...pluginRoutes(options),
    ...platformRoutes(options),
    ...sessionRoutes(options),
    metricsRoute(options.registry),
    errorsRoute(),
  ]
  return [...routes, openApiRoute(routes, options.platform.version)]
}

/** Refuses with `api.token_required` to be open to other machines. */
export function createApi(options: ApiOptions): Api {
  refuseOpenElsewhere(options.host, options.open)
  let running: Running | undefined
  return {
    name: 'api',
    get address() {
      invariant(running !== undefined, 'the api has an address once it has started')
      return running.address
    },
    async start() {
      running = await started(options)
    },
    async stop() {
      const leaving = running
      running = undefined
      await leaving?.stop()
    },
  }
}

interface Running {
  readonly address: string
  stop(): Promise<void>
}

async function started(options: ApiOptions): Promise<Running> {
  const { logger } = options
  const app = Fastify({
    genReqId: (request) => requestId(request),
    rewriteUrl: withoutEnvironment,
    requestTimeout: requestMsMax,
    keepAliveTimeout: keepAliveMsMax,
    routerOptions: { maxParamLength: pathPartLettersMax, ignoreTrailingSlash: false },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: malformed,
    frameworkErrors: (cause, request, reply) => void refuse(reply, request, refusalOf(cause, request.id)),
  })
  const going = departures()
  const lines = liveLogs(options.journal, logger)
  const sockets = await build(app, options, going, lines)
  const leave = () => {
    going.leave()
    sockets.leave()
    lines.close()
  }
  try {
    return { address: await listen(app, options.host, options.port), stop: () => stopped(app, leave) }
  } catch (cause) {
    leave()
    await app.close()
    throw cause
  }
}

async function build(
  app: FastifyInstance,
  options: ApiOptions,
  going: ReturnType<typeof departures>,
  lines: LiveLogs,
): Promise<Sockets> {
  const { access, open, logger, host } = options
  await addHeaders(app, logger)
  await app.register(fastifyRateLimit, { global: false })
  await app.register(fastifyWebsocket, {
    options: { maxPayload: socketMessageBytesMax, handleProtocols: (protocols) => handleProtocols(protocols) },
    // Ours are closed by name, with 1001; the plugin would close them without saying why.
    preClose: (done) => done(),
  })
  const metrics = addMetrics(app, options.registry)
  addRefusals(app, { logger, tokenFailed: metrics.tokenFailed })
  addDoor(app, { access, open, hostNames: loopbackNames(host) })
  await registerRoutes(app, routesOf(options, lines), going)
  const schema = executableSchema(graphResolvers(lines))
  await addGraph(app, { schema, rooms: options, departures: going, logger })
  const sockets = addSockets(app, { schema, rooms: options, logger, subscribed: metrics.subscribed })
  await addFiles(app, options)
  await app.ready()
  return sockets
}

/** In-flight requests may end, and their connections with them; what has not after a second is cut. */
async function stopped(app: FastifyInstance, leave: () => void): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), stopSweepMs)
  const cut = setTimeout(() => app.server.closeAllConnections(), stopMsMax)
  leave()
  await app.close()
  clearInterval(sweep)
  clearTimeout(cut)
}
