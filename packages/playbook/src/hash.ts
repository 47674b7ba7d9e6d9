// Small stable hashes for seeds and span ids. FNV-1a (Fowler, Noll, Vo), 32 bits; two of them with different bases make 64.

export function hash32(text: string, basis = 0x811c9dc5): number {
  let hash = basis
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  // One round of murmur3's finaliser: FNV alone leaves the last character in the low bits.
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  return hash >>> 0
}

/** 16 hex digits, never all zero (W3C Trace Context forbids that). */
export function hashHex64(text: string): string {
  const high = hash32(text)
  const low = hash32(text, 0x9dc5811c) || 1
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The 128 bits of a ULID as a trace id: a run's id and its trace are the same number written twice. */
export function traceIdOf(runId: string): string {
  const ulid = runId.slice(runId.indexOf('_') + 1)
  let bits = 0n
  for (const letter of ulid) bits = (bits << 5n) | BigInt(Math.max(crockford.indexOf(letter), 0))
  return (bits & ((1n << 128n) - 1n)).toString(16).padStart(32, '0')
}
