// A browser signs in once with the token and then carries a session: a secret of its own in an HttpOnly cookie, kept
// here by its hash, ended by signing out, by its age, and by a new token.

import type { Clock } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { beliefMsMax, beliefsMax, sessionMsMax, sessionsMax } from './limits.ts'
import { hashOf, newSecret, type RandomBytes } from './secret.ts'

export interface Session {
  /** Goes into the cookie and nowhere else. */
  readonly secret: string
  readonly expiresAt: number
}

export interface Sessions {
  open(): Promise<Session>
  valid(secret: string): Promise<boolean>
  close(secret: string): Promise<void>
  /** What is believed about sessions is forgotten; the rows are the caller's business. */
  forget(): void
}

export function sessions(store: Store, clock: Clock, randomBytes: RandomBytes): Sessions {
  const believed = new Map<string, number>()

  const keep = (hash: Uint8Array, expiresAt: number) => {
    if (believed.size >= beliefsMax) believed.clear()
    believed.set(Buffer.from(hash).toString('hex'), Math.min(expiresAt, clock.now() + beliefMsMax))
  }

  return {
    async open() {
      const secret = newSecret('mrs', randomBytes)
      const hash = hashOf(secret)
      const nowMs = clock.now()
      const expiresAt = nowMs + sessionMsMax
      await store.transaction(async (sql) => {
        await sql.query(
          `delete from access.session where expires_at <= $1 or secret_hash in
             (select secret_hash from access.session order by created_at desc, secret_hash offset $2)`,
          [nowMs, sessionsMax - 1],
        )
        await sql.query('insert into access.session (secret_hash, created_at, expires_at) values ($1, $2, $3)', [
          hash,
          nowMs,
          expiresAt,
        ])
      })
      keep(hash, expiresAt)
      return { secret, expiresAt }
    },
    async valid(secret) {
      const hash = hashOf(secret)
      const until = believed.get(Buffer.from(hash).toString('hex'))
      if (until !== undefined && until > clock.now()) return true
      const [row] = await store.query<{ expiresAt: number }>(
        'select expires_at as "expiresAt" from access.session where secret_hash = $1 and expires_at > $2',
        [hash, clock.now()],
      )
      if (row === undefined) return false
      keep(hash, row.expiresAt)
      return true
    },
    async close(secret) {
      const hash = hashOf(secret)
      await store.query('delete from access.session where secret_hash = $1', [hash])
      believed.delete(Buffer.from(hash).toString('hex'))
    },
    forget: () => believed.clear(),
  }
}
