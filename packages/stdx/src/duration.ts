// Durations as people write them in YAML: `500ms`, `10s`, `1h30m`, `7d`.

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const whole = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/
const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g

/** Milliseconds, or undefined when the text is no duration. */
export function durationParse(text: string): number | undefined {
  if (!whole.test(text)) return undefined
  let totalMs = 0
  for (const [, count, unit] of text.matchAll(part)) totalMs += Number(count) * (unitsMs[unit ?? ''] ?? 0)
  return totalMs
}

/** The shortest exact writing: 90_000 → `1m30s`. */
export function durationFormat(ms: number): string {
  let rest = Math.round(ms)
  if (rest <= 0) return '0ms'
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = unitsMs[unit] ?? 1
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}
