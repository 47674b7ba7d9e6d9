// The one place where requests are let in. In this order, before a byte of the body is read:
//
//   host ─▶ who asks (token, session, loopback, nobody) ─▶ origin ─▶ environment ─▶ may they do what the route declares
//
// On an open laptop there is no token to check, so the first and third steps carry the weight: a page of another site
// can make a browser send requests to 127.0.0.1, by its own name (DNS rebinding) or across origins, and gets nowhere.

import { type Access, type Action, anonymous, environmentDefault, loopback, type Principal } from '@millrace/access'
import { invariant } from '@millrace/stdx'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { apiErrors } from '../errors.ts'
import { headerLettersShown } from '../limits.ts'
import { environmentAsked } from './environment-path.ts'
import { sessionOf } from './session-cookie.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller must be allowed to do. */
    action?: Action
    /** The route works within one environment. */
    inEnvironment?: boolean
  }
  interface FastifyRequest {
    principal: Principal
    environment: string
  }
}

export interface DoorOptions {
  readonly access: Access
  readonly open: boolean
  /** Names by which this machine may be called while it is open. */
  readonly hostNames: ReadonlySet<string>
}

/** Throws when a route does not say what it needs: nothing is served by oversight. */
export function checkDeclared(route: Pick<RouteOptions, 'method' | 'url' | 'config'>): void {
  invariant(route.config?.action !== undefined, `the route ${String(route.method)} ${route.url} declares no action`)
}

export function addDoor(app: FastifyInstance, options: DoorOptions): void {
  app.decorateRequest('principal')
  app.decorateRequest('environment', environmentDefault)
  app.addHook('onRoute', checkDeclared)
  app.addHook('onRequest', async (request) => {
    if (options.open) refuseForeignHost(request, options.hostNames)
    const { principal, ambient } = await whoAsks(request, options)
    request.principal = principal
    const action = request.routeOptions.config.action
    if (ambient && action !== 'console.read') refuseForeignOrigin(request)
    if (action === undefined) return
    request.environment = environmentAsked(request.raw)
    // Denied before looked up: whoever may not come in learns no names.
    authorize(principal, action, request.environment)
    if (request.routeOptions.config.inEnvironment === true) await options.access.requireEnvironment(request.environment)
  })
}

/** The one check of rights, for routes and GraphQL fields alike. */
export function authorize(principal: Principal, action: Action, environment: string): void {
  if (principal.may(action, environment)) return
  if (principal.kind === 'anonymous') {
    throw apiErrors.unauthenticated(
      `This needs the right \`${action}\`, and the request does not say who asks. Send \`Authorization: Bearer <token>\`.`,
    )
  }
  throw apiErrors.forbidden(`${principal.name} may not \`${action}\` in the environment "${environment}".`)
}

interface Asker {
  readonly principal: Principal
  /** The browser or the machine vouches for them without their doing: other sites may try to use that. */
  readonly ambient: boolean
}

async function whoAsks(request: FastifyRequest, { access, open }: DoorOptions): Promise<Asker> {
  const header = request.headers.authorization
  if (header !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1]
    const principal = token === undefined ? undefined : await access.authenticate(token)
    if (principal === undefined) throw apiErrors.token_invalid(wrongToken(token))
    return { principal, ambient: false }
  }
  const session = sessionOf(request.headers.cookie)
  const principal = session === undefined ? undefined : await access.authenticateSession(session)
  if (principal !== undefined) return { principal, ambient: true }
  return open ? { principal: loopback, ambient: true } : { principal: anonymous, ambient: false }
}

function wrongToken(token: string | undefined): string {
  return token === undefined
    ? 'The header `Authorization` is not of the form `Bearer <token>`.'
    : 'The token is not the administrator’s. It begins with `mra_` unless it was set by hand; it was shown once, at the first start.'
}

function refuseForeignHost(request: FastifyRequest, hostNames: ReadonlySet<string>): void {
  const host = request.headers.host ?? ''
  const name = host.replace(/:\d+$/, '').toLowerCase()
  if (hostNames.has(name) || name.endsWith('.localhost')) return
  throw apiErrors.host_denied(
    `The request came for the host "${host.slice(0, headerLettersShown)}". While Millrace is open without a token it answers only to ${[...hostNames].join(', ')}.`,
  )
}

function refuseForeignOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const own = origin === undefined || hostOf(origin) === host?.toLowerCase()
  if (own && (site === undefined || site === 'same-origin' || site === 'none')) return
  throw apiErrors.origin_denied(
    `A page of ${origin === undefined ? 'another site' : `"${origin.slice(0, headerLettersShown)}"`} sent the request. Send it from the console itself, or with \`Authorization: Bearer <token>\`.`,
  )
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
