// Chance comes in through this door. Cryptographic randomness (tokens, keys) is another matter: that is node:crypto.

export interface Random {
  /** In [0, 1). */
  next(): number
}

export const systemRandom: Random = { next: () => Math.random() }

/** mulberry32 (Tommy Ettinger, public domain): small, fast, good enough to repeat a test. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0
      let t = state
      t = Math.imul(t ^ (t >>> 15), t | 1)
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296
    },
  }
}
