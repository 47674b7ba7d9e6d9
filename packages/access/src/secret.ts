// Tokens and session secrets: 256 bits of chance, kept only as their SHA-256. A slow hash protects passwords that people
// choose; nobody guesses 256 bits, so a fast one keeps every request cheap.

import { createHash, timingSafeEqual } from 'node:crypto'
import { tokenBytes } from './limits.ts'

export type RandomBytes = (count: number) => Uint8Array

export function newSecret(prefix: string, randomBytes: RandomBytes): string {
  return `${prefix}_${Buffer.from(randomBytes(tokenBytes)).toString('base64url')}`
}

export function hashOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest()
}

/** In the same time whatever the first difference is. */
export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
