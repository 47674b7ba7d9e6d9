// The administrator's token: one row, kept by its hash, believed for a few seconds.

import type { Clock } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { accessErrors } from './errors.ts'
import { beliefMsMax, tokenLettersMax, tokenLettersMin } from './limits.ts'
import { hashOf, newSecret, type RandomBytes, sameHash } from './secret.ts'

export interface Tokens {
  /** Makes the first token, when there is none: of two processes that start at once, one does. */
  first(): Promise<string | undefined>
  /** Replaces it and ends every session; the same again changes nothing. */
  replace(secret: string): Promise<void>
  isToken(secret: string): Promise<boolean>
}

export function tokens(store: Store, clock: Clock, randomBytes: RandomBytes): Tokens {
  let believed: { readonly hash: Uint8Array; readonly until: number } | undefined

  const read = async (): Promise<Uint8Array> => {
    if (believed !== undefined && believed.until > clock.now()) return believed.hash
    const [row] = await store.query<{ hash: Uint8Array }>('select token_hash as hash from access.administrator')
    if (row === undefined) throw accessErrors.not_started()
    believed = { hash: row.hash, until: clock.now() + beliefMsMax }
    return row.hash
  }

  return {
    async first() {
      const secret = newSecret('mra', randomBytes)
      const made = await store.query(
        'insert into access.administrator (token_hash, set_at) values ($1, $2) on conflict (only_one) do nothing returning set_at',
        [hashOf(secret), clock.now()],
      )
      return made.length === 0 ? undefined : secret
    },
    async replace(secret) {
      await store.transaction(async (sql) => {
        const changed = await sql.query(
          `insert into access.administrator (token_hash, set_at) values ($1, $2)
           on conflict (only_one) do update set token_hash = excluded.token_hash, set_at = excluded.set_at
             where access.administrator.token_hash <> excluded.token_hash
           returning set_at`,
          [hashOf(secret), clock.now()],
        )
        if (changed.length > 0) await sql.query('delete from access.session')
      })
      believed = undefined
    },
    isToken: async (secret) => secret.length <= tokenLettersMax && sameHash(hashOf(secret), await read()),
  }
}

/** Refuses with `access.token_weak`. */
export function refuseWeak(token: string): void {
  if (token.length >= tokenLettersMin && token.length <= tokenLettersMax && /^[\x21-\x7e]+$/.test(token)) return
  throw accessErrors.token_weak(
    `The administrator’s token has ${token.length} characters; it needs ${tokenLettersMin} to ${tokenLettersMax} visible ASCII ones, without spaces.`,
  )
}
