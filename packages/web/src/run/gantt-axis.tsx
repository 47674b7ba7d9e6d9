// Above the rows: how much went on at once over the whole run, the part that is shown, and the ticks of its time.

import { type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import type { RunStep } from '../api/run.ts'
import { durationFormat } from '../format/time.ts'
import { labelWidth } from './gantt-row.tsx'
import { type Domain, density, pan, position, ticks } from './gantt-scale.ts'

const buckets = 160
const overviewHeight = 22

export function GanttAxis({
  domain,
  bounds,
  origin,
  steps,
  onDomain,
  tools,
}: {
  readonly domain: Domain
  readonly bounds: Domain
  readonly origin: number
  readonly steps: ReadonlyMap<string, RunStep>
  readonly onDomain: (domain: Domain) => void
  readonly tools: ReactNode
}) {
  const frame = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(600)
  useEffect(() => {
    if (frame.current === null) return
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 600))
    observer.observe(frame.current)
    return () => observer.disconnect()
  }, [])
  return (
    <div className="flex shrink-0 border-b border-line">
      <div className="flex shrink-0 items-center border-r border-line px-1" style={{ width: labelWidth }}>
        {tools}
      </div>
      <div ref={frame} className="min-w-0 flex-1 overflow-hidden [scrollbar-gutter:stable]">
        <Overview domain={domain} bounds={bounds} steps={steps} onDomain={onDomain} />
        <div className="relative h-5" aria-hidden="true">
          {ticks(domain, origin, width).map((at) => (
            <span
              key={at}
              className="numeric absolute top-0 border-l border-line pl-1 font-mono text-xs leading-5 whitespace-nowrap text-ink-3"
              style={{ left: `${position(domain, at) * 100}%` }}
            >
              {durationFormat(at - origin)}
            </span>
          ))}
        </div>
      </div>
    </div>
  )
}

function Overview({
  domain,
  bounds,
  steps,
  onDomain,
}: {
  readonly domain: Domain
  readonly bounds: Domain
  readonly steps: ReadonlyMap<string, RunStep>
  readonly onDomain: (domain: Domain) => void
}) {
  const { from, to } = bounds
  const counts = useMemo(() => {
    const stretches = [...steps.values()].flatMap(({ startedAt, endedAt }) =>
      startedAt === null ? [] : [{ from: startedAt, to: endedAt ?? to }],
    )
    return density(stretches, { from, to }, buckets)
  }, [steps, from, to])
  const most = Math.max(1, ...counts)
  const points = counts.map((count, index) => `${index},${overviewHeight - ((overviewHeight - 2) * count) / most}`)
  const path = `M0,${overviewHeight} L${points.map((point, index) => `${point} ${index + 1},${point.split(',')[1]}`).join(' ')} L${buckets},${overviewHeight}Z`
  const zoomedIn = domain.to - domain.from < bounds.to - bounds.from
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!zoomedIn || event.buttons !== 1) return
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const middle = bounds.from + ((event.clientX - left) / width) * (bounds.to - bounds.from)
    onDomain(pan(domain, bounds, (middle - (domain.from + domain.to) / 2) / (domain.to - domain.from)))
  }
  return (
    <div
      role="img"
      aria-label={`Steps at once over the run, at most ${most}`}
      title={`At most ${most} at once`}
      onPointerDown={drag}
      onPointerMove={drag}
      className="relative border-b border-line bg-sunken"
      style={{ height: overviewHeight }}
    >
      <svg
        viewBox={`0 0 ${buckets} ${overviewHeight}`}
        preserveAspectRatio="none"
        className="block size-full"
        aria-hidden="true"
      >
        <path d={path} fill="var(--accent)" opacity="0.35" />
      </svg>
      {zoomedIn ? (
        <span
          className="absolute inset-y-0 border-x border-accent bg-accent/15"
          style={{
            left: `${position(bounds, domain.from) * 100}%`,
            width: `${(100 * (domain.to - domain.from)) / (bounds.to - bounds.from)}%`,
          }}
        />
      ) : null}
    </div>
  )
}
