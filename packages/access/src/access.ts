// Who may come in: one administrator with a token, browsers with sessions, and the environments that wall off everything.

import { type Clock, nearest, type Service } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { type Environment, ensureEnvironments, environmentDefault, readEnvironments } from './environments.ts'
import { accessErrors } from './errors.ts'
import { beliefMsMax, tokenLettersMax, tokenLettersMin } from './limits.ts'
import { administrator, type Principal } from './principal.ts'
import { hashOf, newSecret, type RandomBytes, sameHash } from './secret.ts'
import { type Session, sessions } from './sessions.ts'

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

interface Belief<T> {
  readonly value: T
  readonly until: number
}

/** Fails with `access.token_weak` when the administrator chose a token that can be guessed. */
export function createAccess(options: AccessOptions): Access {
  const { store, clock, randomBytes } = options
  if (options.adminToken !== undefined) refuseWeak(options.adminToken)
  const open = sessions(store, clock, randomBytes)
  let token: Belief<Uint8Array> | undefined
  let environments: Belief<readonly Environment[]> | undefined
  let shown: string | undefined

  const setToken = async (secret: string) => {
    await store.transaction(async (sql) => {
      await sql.query(
        `insert into access.administrator (token_hash, set_at) values ($1, $2)
         on conflict (only_one) do update set token_hash = excluded.token_hash, set_at = excluded.set_at`,
        [hashOf(secret), clock.now()],
      )
      await sql.query('delete from access.session')
    })
    token = undefined
    open.forget()
  }

  const tokenHash = async (): Promise<Uint8Array> => {
    if (token !== undefined && token.until > clock.now()) return token.value
    const [row] = await store.query<{ hash: Uint8Array }>('select token_hash as hash from access.administrator')
    if (row === undefined) throw accessErrors.not_started()
    token = { value: row.hash, until: clock.now() + beliefMsMax }
    return row.hash
  }

  const isToken = async (secret: string) =>
    secret.length <= tokenLettersMax && sameHash(hashOf(secret), await tokenHash())

  const readAll = async () => {
    if (environments === undefined || environments.until <= clock.now()) {
      environments = { value: await readEnvironments(store), until: clock.now() + beliefMsMax }
    }
    return environments.value
  }

  return {
    name: 'access',
    async start() {
      await ensureEnvironments(store, [environmentDefault, ...(options.environments ?? [])], clock.now())
      environments = undefined
      if (options.adminToken === undefined) shown = await firstToken(store, clock, randomBytes)
      else if (!(await knows(store, options.adminToken))) await setToken(options.adminToken)
    },
    async stop() {
      open.forget()
    },
    firstStart() {
      const once = shown
      shown = undefined
      return once === undefined ? undefined : { token: once }
    },
    authenticate: async (secret) => ((await isToken(secret)) ? administrator : undefined),
    openSession: async (secret) => ((await isToken(secret)) ? open.open() : undefined),
    authenticateSession: async (secret) =>
      secret.length <= tokenLettersMax && (await open.valid(secret)) ? administrator : undefined,
    closeSession: (secret) => open.close(secret),
    async resetToken() {
      const secret = newSecret('mra', randomBytes)
      await setToken(secret)
      return secret
    },
    environments: readAll,
    async requireEnvironment(name) {
      const known = (await readAll()).map((environment) => environment.name)
      if (known.includes(name)) return
      const meant = nearest(name, known)
      throw accessErrors.environment_unknown(
        `There is no environment "${name.slice(0, 60)}". ${
          meant === undefined ? `There is: ${known.slice(0, 10).join(', ')}.` : `Did you mean "${meant}"?`
        }`,
      )
    },
  }
}

/** Makes the first token, when there is none: of two processes that start at once, one does. */
async function firstToken(store: Store, clock: Clock, randomBytes: RandomBytes): Promise<string | undefined> {
  const secret = newSecret('mra', randomBytes)
  const made = await store.query(
    'insert into access.administrator (token_hash, set_at) values ($1, $2) on conflict (only_one) do nothing returning set_at',
    [hashOf(secret), clock.now()],
  )
  return made.length === 0 ? undefined : secret
}

async function knows(store: Store, secret: string): Promise<boolean> {
  const [row] = await store.query<{ hash: Uint8Array }>('select token_hash as hash from access.administrator')
  return row !== undefined && sameHash(hashOf(secret), row.hash)
}

function refuseWeak(token: string): void {
  if (token.length >= tokenLettersMin && token.length <= tokenLettersMax && /^[\x21-\x7e]+$/.test(token)) return
  throw accessErrors.token_weak(
    `The administrator’s token has ${token.length} characters; it needs ${tokenLettersMin} to ${tokenLettersMax} visible ASCII ones, without spaces.`,
  )
}
