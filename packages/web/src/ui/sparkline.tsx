// A rate at a glance: bars over time, what failed in its own colour at the foot.

export interface SparkBar {
  readonly total: number
  readonly failed: number
  readonly title: string
}

export function Sparkline({
  bars,
  label,
  height = 40,
}: {
  readonly bars: readonly SparkBar[]
  readonly label: string
  readonly height?: number
}) {
  const most = Math.max(1, ...bars.map((bar) => bar.total))
  const step = 100 / Math.max(1, bars.length)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      className="block w-full"
      style={{ height }}
    >
      <line
        x1="0"
        x2="100"
        y1={height - 0.5}
        y2={height - 0.5}
        stroke="var(--line-strong)"
        vectorEffect="non-scaling-stroke"
      />
      {bars.map((bar, index) => {
        const tall = bar.total === 0 ? 0 : Math.max(1.5, ((height - 2) * bar.total) / most)
        const failed = (tall * bar.failed) / Math.max(1, bar.total)
        return (
          <g key={bar.title}>
            <title>{bar.title}</title>
            <rect
              x={index * step + step * 0.12}
              width={step * 0.76}
              y={height - 1 - tall}
              height={tall - failed}
              fill="var(--accent)"
              opacity="0.75"
            />
            <rect
              x={index * step + step * 0.12}
              width={step * 0.76}
              y={height - 1 - failed}
              height={failed}
              fill="var(--failed)"
            />
          </g>
        )
      })}
    </svg>
  )
}
