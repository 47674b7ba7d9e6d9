// Who may come in: one administrator with a token, browsers with sessions, and the environments that wall off everything.

import type { Clock, Service } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { type Environment, environmentDefault, environmentList } from './environments.ts'
import { tokenLettersMax } from './limits.ts'
import { administrator, type Principal } from './principal.ts'
import { newSecret, type RandomBytes } from './secret.ts'
import { type Session, sessions } from './sessions.ts'
import { refuseWeak, tokens } from './tokens.ts'

export interface AccessOptions {
  /** Migrated with `accessMigrations`. */
  readonly store: Store
  readonly clock: Clock
  /** From `node:crypto`. */
  readonly randomBytes: RandomBytes
  /** `MILLRACE_ADMIN_TOKEN`: replaces the token there is, and ends its sessions. */
  readonly adminToken?: string
  /** Made at start when they are missing; `dev` always is. */
  readonly environments?: readonly string[]
}

export interface Access extends Service {
  /** The token made by this start, once: the second call answers nothing. */
  firstStart(): { readonly token: string } | undefined
  /** The administrator, when the token is theirs. */
  authenticate(token: string): Promise<Principal | undefined>
  /** A session for whoever has the token. */
  openSession(token: string): Promise<Session | undefined>
  authenticateSession(secret: string): Promise<Principal | undefined>
  closeSession(secret: string): Promise<void>
  /** Replaces the token and ends every session; the answer is the only time it is seen. */
  resetToken(): Promise<string>
  environments(): Promise<readonly Environment[]>
  /** Refuses with `access.environment_unknown`. */
  requireEnvironment(name: string): Promise<void>
}

/** Fails with `access.token_weak` when the administrator chose a token that can be guessed. */
export function createAccess(options: AccessOptions): Access {
  const { store, clock, randomBytes, adminToken } = options
  if (adminToken !== undefined) refuseWeak(adminToken)
  const token = tokens(store, clock, randomBytes)
  const open = sessions(store, clock, randomBytes)
  const environments = environmentList(store, clock)
  let shown: string | undefined

  return {
    name: 'access',
    async start() {
      await environments.ensure([environmentDefault, ...(options.environments ?? [])])
      if (adminToken === undefined) shown = await token.first()
      else await token.replace(adminToken)
      open.forget()
    },
    async stop() {
      open.forget()
    },
    firstStart() {
      const once = shown
      shown = undefined
      return once === undefined ? undefined : { token: once }
    },
    authenticate: async (secret) => ((await token.isToken(secret)) ? administrator : undefined),
    openSession: async (secret) => ((await token.isToken(secret)) ? open.open() : undefined),
    authenticateSession: async (secret) =>
      secret.length <= tokenLettersMax && (await open.valid(secret)) ? administrator : undefined,
    closeSession: (secret) => open.close(secret),
    async resetToken() {
      const secret = newSecret('mra', randomBytes)
      await token.replace(secret)
      open.forget()
      return secret
    },
    environments: environments.all,
    requireEnvironment: environments.require,
  }
}
