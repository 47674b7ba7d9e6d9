// CRC-32 (ISO 3309, as in zlib and ClickHouse's `CRC32`), so that SQL and this side make the same id of a line.

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1
  return rest
})

const utf8 = new TextEncoder()

export function crc32(text: string): number {
  let sum = 0xffffffff
  for (const byte of utf8.encode(text)) sum = (table[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8)
  return (sum ^ 0xffffffff) >>> 0
}
