// Time as width: the stretch of time that the Gantt shows, its ticks, and how it is zoomed and moved.

export interface Domain {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

/** Shortest stretch that can be zoomed to. */
export const domainMsMin = 5

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000].concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1_440, 2_880, 10_080].map((minutes) => minutes * 60_000),
)

/** Moments at round distances from `origin`, at least `spacing` pixels apart. */
export function ticks(domain: Domain, origin: number, width: number, spacing = 90): readonly number[] {
  const span = domain.to - domain.from
  if (span <= 0 || width <= 0) return []
  const least = (span * spacing) / width
  const step = steps.find((candidate) => candidate >= least) ?? Math.ceil(least / 604_800_000) * 604_800_000
  const first = Math.ceil((domain.from - origin) / step) * step + origin
  const found: number[] = []
  for (let at = first; at <= domain.to; at += step) found.push(at)
  return found
}

/** Fraction of the width, may lie outside 0…1. */
export function position(domain: Domain, at: number): number {
  return (at - domain.from) / Math.max(domainMsMin, domain.to - domain.from)
}

/** Makes the stretch `factor` times as long, keeping the moment at `fraction` where it is, within `bounds`. */
export function zoom(domain: Domain, bounds: Domain, factor: number, fraction: number): Domain {
  const span = domain.to - domain.from
  const most = Math.max(domainMsMin, bounds.to - bounds.from)
  const next = Math.min(most, Math.max(domainMsMin, span * factor))
  const pivot = domain.from + span * fraction
  return within({ from: pivot - next * fraction, to: pivot + next * (1 - fraction) }, bounds)
}

/** Moves by a fraction of the width. */
export function pan(domain: Domain, bounds: Domain, fraction: number): Domain {
  const shift = (domain.to - domain.from) * fraction
  return within({ from: domain.from + shift, to: domain.to + shift }, bounds)
}

function within(domain: Domain, bounds: Domain): Domain {
  const span = Math.min(domain.to - domain.from, Math.max(domainMsMin, bounds.to - bounds.from))
  const from = Math.max(bounds.from, Math.min(domain.from, bounds.to - span))
  return { from, to: from + span }
}

/** How many of the stretches go on in each of `buckets` equal parts of the domain. */
export function density(
  stretches: readonly { readonly from: number; readonly to: number }[],
  domain: Domain,
  buckets: number,
): readonly number[] {
  const edges = new Float64Array(buckets + 1)
  const width = (domain.to - domain.from) / buckets
  if (!(width > 0)) return Array.from({ length: buckets }, () => 0)
  const bucketOf = (at: number) => Math.min(buckets - 1, Math.max(0, Math.floor((at - domain.from) / width)))
  for (const { from, to } of stretches) {
    if (to < domain.from || from > domain.to) continue
    const first = bucketOf(from)
    const last = bucketOf(to)
    edges[first] = (edges[first] ?? 0) + 1
    edges[last + 1] = (edges[last + 1] ?? 0) - 1
  }
  let going = 0
  return Array.from({ length: buckets }, (_, index) => {
    going += edges[index] ?? 0
    return going
  })
}
