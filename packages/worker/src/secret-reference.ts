// `{ secret: name }` in `with`, exchanged for the value at the last moment, and only where the plugin says one may stand.

import { pluginErrors } from '@millrace/plugin'
import { isObject, type Json } from '@millrace/stdx'

export interface SecretSource {
  get(name: string): Promise<string | undefined>
}

export interface Resolved {
  readonly value: Json
  /** The secrets that stand in it now. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[]
}

/** Answers a copy of `value`, whole where no reference stands. `pointers` may hold `*` for any key or index. */
export async function resolveSecrets(
  value: Json,
  pointers: readonly string[],
  allowed: readonly string[],
  source: SecretSource,
): Promise<Resolved> {
  const secrets: { name: string; value: string }[] = []
  let result = value
  for (const pointer of pointers) {
    const path = pointer.split('/').slice(1)
    result = await exchange(result, path, async (name) => {
      const secret = await secretOf(name, allowed, source)
      secrets.push({ name, value: secret })
      return secret
    })
  }
  return { value: result, secrets }
}

async function exchange(value: Json, path: readonly string[], take: (name: string) => Promise<string>): Promise<Json> {
  const [key, ...rest] = path
  if (key === undefined) {
    const name = referenceOf(value)
    return name === undefined ? value : take(name)
  }
  if (Array.isArray(value)) {
    if (key !== '*' && !/^\d+$/.test(key)) return value
    const items: Json[] = [...value]
    for (const [i, item] of items.entries()) {
      if (key === '*' || Number(key) === i) items[i] = await exchange(item, rest, take)
    }
    return items
  }
  if (!isObject(value)) return value
  const entries = Object.entries(value) as [string, Json][]
  const plainKey = key.replaceAll('~1', '/').replaceAll('~0', '~')
  for (const entry of entries) {
    if (key === '*' || entry[0] === plainKey) entry[1] = await exchange(entry[1], rest, take)
  }
  return Object.fromEntries(entries)
}

function referenceOf(value: Json): string | undefined {
  if (!isObject(value)) return undefined
  const keys = Object.keys(value)
  const name = value['secret']
  return keys.length === 1 && typeof name === 'string' ? name : undefined
}

async function secretOf(name: string, allowed: readonly string[], source: SecretSource): Promise<string> {
  if (!allowed.includes(name)) {
    const known = allowed.length === 0 ? 'none' : allowed.map((one) => `\`${one}\``).join(', ')
    throw pluginErrors.secret_missing(
      `The step asks for the secret \`${name}\`, and the playbook's \`secrets\` names ${known}. Add it there.`,
      { details: { secret: name } },
    )
  }
  const value = await source.get(name)
  if (value === undefined) {
    throw pluginErrors.secret_missing(
      `The secret \`${name}\` has no value on this worker. Set MILLRACE_SECRET_${name.toUpperCase().replaceAll('-', '_')} in its environment.`,
      { details: { secret: name } },
    )
  }
  return value
}
