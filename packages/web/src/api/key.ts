// A key under which an act happens once, however often the button is pressed.

/** 128 random bits. `crypto.randomUUID` exists only over HTTPS and on loopback; this everywhere. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
