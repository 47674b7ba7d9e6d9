// The shape of the last runs: how many began, and how many of those failed, in equal parts of the time they span.

import type { Run } from '../api/runs.ts'
import { plural } from '../format/number.ts'
import { clockFormat } from '../format/time.ts'
import type { SparkBar } from '../ui/sparkline.tsx'

const spans = [
  { ms: 10 * 60_000, word: 'last 10 minutes' },
  { ms: 30 * 60_000, word: 'last half hour' },
  { ms: 60 * 60_000, word: 'last hour' },
  { ms: 2 * 3_600_000, word: 'last 2 hours' },
  { ms: 6 * 3_600_000, word: 'last 6 hours' },
  { ms: 12 * 3_600_000, word: 'last 12 hours' },
  { ms: 24 * 3_600_000, word: 'last day' },
  { ms: 2 * 24 * 3_600_000, word: 'last 2 days' },
  { ms: 7 * 24 * 3_600_000, word: 'last week' },
] as const

/** The shortest span that holds all runs given, or the longest there is. */
export function runBars(
  runs: readonly Run[],
  now: number,
  buckets: number,
): { bars: readonly SparkBar[]; span: string } {
  const oldest = runs.reduce((least, { createdAt }) => Math.min(least, createdAt), now)
  const { ms, word } = spans.find((span) => now - oldest <= span.ms) ?? spans[spans.length - 1] ?? spans[0]
  const width = ms / buckets
  const from = now - ms
  const totals = Array.from({ length: buckets }, () => ({ total: 0, failed: 0 }))
  for (const run of runs) {
    const bucket = totals[Math.min(buckets - 1, Math.floor((run.createdAt - from) / width))]
    if (bucket === undefined) continue
    bucket.total++
    if (run.state === 'failed') bucket.failed++
  }
  const bars = totals.map(({ total, failed }, index) => {
    const at = clockFormat(from + index * width).slice(0, 8)
    return { total, failed, title: `${at}: ${plural(total, 'run')}${failed > 0 ? `, ${failed} failed` : ''}` }
  })
  return { bars, span: word }
}
