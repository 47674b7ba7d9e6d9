// A result as a line or as bars: choose what goes across and what goes up.

import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './quick-chart.css'
import type { QueryResult } from '../api/datasets.ts'
import { plural } from '../format/number.ts'
import { useDark } from '../theme/theme.ts'
import { Choice } from '../ui/field.tsx'
import { Segments } from '../ui/segments.tsx'
import { axisOf, type Series, seriesOf, usualAxes } from './chart-series.ts'

export function QuickChart({ result }: { readonly result: QueryResult }) {
  const { columns, rows } = result
  const usual = useMemo(() => usualAxes(columns), [columns])
  const [chosen, setChosen] = useState<{ columns: typeof columns; x: number; y: number }>()
  const axes = chosen?.columns === columns ? chosen : usual
  const [kind, setKind] = useState<'line' | 'bar'>()
  const series = useMemo(
    () => (axes === undefined ? undefined : seriesOf(columns, rows, axes.x, axes.y)),
    [columns, rows, axes],
  )
  if (axes === undefined || series === undefined) {
    return (
      <p className="p-6 text-center text-sm text-ink-2">A chart needs a column of numbers; this result has none.</p>
    )
  }
  const shownKind = kind ?? (series.axis === 'category' ? 'bar' : 'line')
  const options = columns.map(({ name }, index) => ({ value: String(index), label: name }))
  const numbers = options.filter((_, index) => axisOf(columns[index] ?? { name: '', type: '' }) === 'number')
  return (
    <div className="flex h-full min-h-72 flex-col">
      <div className="flex flex-wrap items-center gap-3 px-3 py-2 text-xs text-ink-2">
        <label className="flex items-center gap-2">
          Across
          <Choice
            className="h-7 w-40"
            value={String(axes.x)}
            options={options}
            onChange={(event) => setChosen({ ...axes, columns, x: Number(event.target.value) })}
          />
        </label>
        <label className="flex items-center gap-2">
          Up
          <Choice
            className="h-7 w-40"
            value={String(axes.y)}
            options={numbers}
            onChange={(event) => setChosen({ ...axes, columns, y: Number(event.target.value) })}
          />
        </label>
        <Segments
          label="Drawn as"
          value={shownKind}
          onChange={setKind}
          options={[
            { value: 'line', label: 'Line' },
            { value: 'bar', label: 'Bars' },
          ]}
        />
        {series.left > 0 ? (
          <span className="text-waiting">{plural(series.left, 'row')} not drawn; aggregate to see all.</span>
        ) : null}
      </div>
      <Plot series={series} kind={shownKind} name={columns[axes.y]?.name ?? ''} across={columns[axes.x]?.name ?? ''} />
    </div>
  )
}

function Plot({
  series,
  kind,
  name,
  across,
}: {
  readonly series: Series
  readonly kind: 'line' | 'bar'
  readonly name: string
  readonly across: string
}) {
  const host = useRef<HTMLDivElement>(null)
  const dark = useDark()
  useEffect(() => {
    const element = host.current
    if (element === null) return
    // The colours are read when it is drawn: another theme draws anew.
    element.dataset['drawn'] = dark ? 'dark' : 'light'
    const size = () => ({ width: element.clientWidth, height: Math.max(160, element.clientHeight - 30) })
    const data: uPlot.AlignedData = [[...series.x], [...series.y]]
    const plot = new uPlot({ ...optionsOf(series, kind, name, across), ...size() }, data, element)
    const observer = new ResizeObserver(() => plot.setSize(size()))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [series, kind, name, across, dark])
  return (
    <div
      ref={host}
      role="img"
      aria-label={`${name} by ${across}, ${plural(series.x.length, 'point')}`}
      className="min-h-0 flex-1 px-2 pb-1 font-mono text-xs text-ink-2"
    />
  )
}

function optionsOf(
  series: Series,
  kind: 'line' | 'bar',
  name: string,
  across: string,
): Omit<uPlot.Options, 'width' | 'height'> {
  const style = getComputedStyle(document.documentElement)
  const colour = (variable: string) => style.getPropertyValue(variable).trim()
  const axis: uPlot.Axis = {
    stroke: colour('--ink-3'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: '12px JetBrains Mono Variable, monospace',
  }
  const category = (value: number) => series.categories[value]?.slice(0, 14) ?? ''
  const categoryTicks: uPlot.Axis.Values = (_, ticks) => ticks.map((at) => (Number.isInteger(at) ? category(at) : ''))
  const bars = uPlot.paths.bars?.({ size: [0.7, 48] })
  return {
    cursor: { points: { size: 7 } },
    scales: { x: { time: series.axis === 'time', ...(kind === 'bar' ? { range: padded } : {}) } },
    axes: [
      {
        ...axis,
        ...(series.axis === 'category'
          ? { values: categoryTicks }
          : series.axis === 'time'
            ? { values: timeTicks }
            : {}),
      },
      { ...axis, size: 64 },
    ],
    series: [
      {
        label: across,
        ...(series.axis === 'category'
          ? { value: (_: uPlot, at: number | null) => (at === null ? '–' : category(at)) }
          : {}),
        ...(series.axis === 'time' ? { value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}' } : {}),
      },
      {
        label: name,
        stroke: colour('--accent'),
        width: kind === 'line' ? 1.5 : 0,
        ...(kind === 'bar' && bars !== undefined ? { paths: bars, fill: colour('--accent') } : {}),
        points: { show: kind === 'line' && series.x.length < 60, size: 4 },
      },
    ],
  }
}

/** Ticks of time on a clock of 24 hours; the day stands below the first tick of it. */
const timeTicks: uPlot.Axis.Values = [
  [31_536_000, '{YYYY}', null, null, null, null, null, null, 1],
  [2_419_200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
  [0.001, ':{ss}.{fff}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, '\n{HH}:{mm}', null, 1],
]

/** Half a bar of room on both sides. */
function padded(_: uPlot, from: number | null, to: number | null): [number, number] {
  const [low, high] = [from ?? 0, to ?? 1]
  const room = high > low ? (high - low) * 0.03 : 0.6
  return [low - room, high + room]
}
