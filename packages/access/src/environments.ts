// Environments wall off everything: playbooks, runs, datasets, rights. Their names are slugs and stand in addresses.

import { type Clock, nearest } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { accessErrors } from './errors.ts'
import { beliefMsMax, environmentsMax } from './limits.ts'

export interface Environment {
  readonly name: string
  readonly createdAt: number
}

/** Where everything goes unless said otherwise. */
export const environmentDefault = 'dev'

const slug = /^[a-z][a-z0-9-]{0,39}$/

export interface EnvironmentList {
  /** Makes those that are missing; refuses with `access.environment_invalid` what is no slug. */
  ensure(names: readonly string[]): Promise<void>
  all(): Promise<readonly Environment[]>
  /** Refuses with `access.environment_unknown`, and says which was probably meant. */
  require(name: string): Promise<void>
}

export function environmentList(store: Store, clock: Clock): EnvironmentList {
  let believed: { readonly value: readonly Environment[]; readonly until: number } | undefined

  const all = async () => {
    if (believed === undefined || believed.until <= clock.now()) {
      const value = await store.query<{ name: string; createdAt: number }>(
        `select name, created_at as "createdAt" from access.environment order by name limit ${environmentsMax}`,
      )
      believed = { value, until: clock.now() + beliefMsMax }
    }
    return believed.value
  }

  return {
    all,
    async ensure(names) {
      for (const name of names) {
        if (slug.test(name)) continue
        throw accessErrors.environment_invalid(
          `"${name.slice(0, 60)}" cannot be an environment. Begin with a lower-case letter; then lower-case letters, digits and "-"; at most 40.`,
        )
      }
      await store.query(
        'insert into access.environment (name, created_at) select unnest($1::text[]), $2 on conflict do nothing',
        [[...names], clock.now()],
      )
      believed = undefined
    },
    async require(name) {
      const known = (await all()).map((environment) => environment.name)
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
