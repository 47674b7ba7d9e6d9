// Signing in and out of the console. The token is shown once here; after that the browser carries a session.

import { Type } from 'typebox'
import type { Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { sessionCookie, sessionOf } from '../http/session-cookie.ts'
import { Time } from './shapes.ts'

const TokenBody = Type.Object({ token: Type.String({ minLength: 1, maxLength: 512 }) }, { additionalProperties: false })

export function sessionRoutes({ access, clock }: Rooms): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/session',
      action: 'session.write',
      summary: 'Sign in with the administrator’s token.',
      body: { json: TokenBody },
      answers: {
        200: {
          description: 'Signed in: the cookie is set.',
          schema: Type.Object({ expiresAt: Time }, { $id: 'Session' }),
          headers: { 'Set-Cookie': 'The session; scripts cannot read it, and other sites cannot send it.' },
        },
      },
      async handle({ body, request }) {
        const { token } = body as { token: string }
        const session = await access.openSession(token)
        if (session === undefined) {
          throw apiErrors.token_invalid('The token is not the administrator’s. It was shown once, at the first start.')
        }
        const seconds = Math.floor((session.expiresAt - clock.now()) / 1000)
        return {
          headers: { 'Set-Cookie': sessionCookie(session.secret, seconds, request.protocol === 'https') },
          body: { expiresAt: new Date(session.expiresAt).toISOString() },
        }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/session',
      action: 'session.write',
      summary: 'Sign out: the session ends here and in the browser.',
      answers: { 204: { description: 'Signed out.' } },
      async handle({ request }) {
        const secret = sessionOf(request.headers.cookie)
        if (secret !== undefined) await access.closeSession(secret)
        return { status: 204, headers: { 'Set-Cookie': sessionCookie('', 0, request.protocol === 'https') } }
      },
    }),
  ]
}
