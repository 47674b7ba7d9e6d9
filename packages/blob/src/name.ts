// What a blob may be called. A name becomes a path, so nothing that could leave the directory gets through.

import { blobErrors } from './errors.ts'
import { nameLettersMax } from './limits.ts'

const segment = /^[A-Za-z0-9._-]+$/

/** Throws `blob.name_invalid` unless `name` is `/`-separated segments of letters, digits, `.`, `_` and `-`. */
export function checkName(name: string): void {
  const fits =
    name.length > 0 &&
    name.length <= nameLettersMax &&
    name.split('/').every((part) => segment.test(part) && part !== '.' && part !== '..')
  if (fits) return
  throw blobErrors.name_invalid(
    `The blob name ${JSON.stringify(name.slice(0, 80))} is not allowed: expected letters, digits, \`.\`, \`_\`, \`-\` in segments divided by \`/\`, at most ${nameLettersMax} characters.`,
  )
}
