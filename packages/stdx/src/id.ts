// ULIDs (github.com/ulid/spec): 48 bits of time, 80 of chance, Crockford base 32, so that ids sort by birth.

import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A new id such as `run_01JABC…`; 26 characters after the prefix. */
export function newId(prefix: string, clock: Clock, random: Random): string {
  return idTimed(prefix, clock.now(), random)
}

export function idTimed(prefix: string, atMs: number, random: Random): string {
  let time = ''
  let rest = Math.floor(atMs)
  for (let i = 0; i < 10; i++) {
    time = alphabet[rest % 32] + time
    rest = Math.floor(rest / 32)
  }
  let chance = ''
  for (let i = 0; i < 16; i++) chance += alphabet[Math.floor(random.next() * 32)]
  return `${prefix}_${time}${chance}`
}

/** When an id was made, in milliseconds since 1970, or undefined when it is not one of ours. */
export function idTime(id: string): number | undefined {
  const time = /^[a-z]+_([0-9A-HJKMNP-TV-Z]{10})[0-9A-HJKMNP-TV-Z]{16}$/.exec(id)?.[1]
  if (time === undefined) return undefined
  let atMs = 0
  for (const letter of time) atMs = atMs * 32 + alphabet.indexOf(letter)
  return atMs
}
