// Sizes as people write them in YAML: `512MB`, `1.5GiB`. MB and MiB both mean 1024 × 1024, as memory is sold.

const unitsBytes: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }
const size = /^(\d+(?:\.\d+)?) ?([kmg])?(?:i?b)?$/i

/** The same as a JSON Schema pattern, for a plugin's `input`. */
export const bytesPattern = '^[0-9]+(\\.[0-9]+)? ?([kKmMgG][iI]?)?[bB]?$'

/** Bytes, or undefined when the text is no size. */
export function bytesParse(text: string): number | undefined {
  const [whole, count, unit] = size.exec(text) ?? []
  return whole === undefined ? undefined : Math.round(Number(count) * (unitsBytes[(unit ?? 'b').toLowerCase()] ?? 1))
}

/** The writing nearest to how people say it: 1_610_612_736 → `1.5 GiB`. */
export function bytesFormat(bytes: number): string {
  const [letter, unit] = Object.entries(unitsBytes).findLast(([, unit]) => bytes >= unit) ?? ['b', 1]
  const count = Math.round((bytes / unit) * 10) / 10
  return letter === 'b' ? `${count} bytes` : `${count} ${letter === 'k' ? 'K' : letter.toUpperCase()}iB`
}
