// How far something is, with failures in their own colour.

import { countFormat } from '../format/number.ts'

export function Progress({
  total,
  completed,
  failed,
  running,
  label,
}: {
  readonly total: number
  readonly completed: number
  readonly failed: number
  readonly running: number
  readonly label: string
}) {
  const share = (count: number) => `${total === 0 ? 0 : (100 * count) / total}%`
  const done = completed + failed
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      aria-valuetext={`${countFormat(done)} of ${countFormat(total)}${failed > 0 ? `, ${countFormat(failed)} failed` : ''}`}
      className="flex h-1 w-full overflow-hidden rounded-full bg-line"
    >
      <span className="h-full bg-completed" style={{ width: share(completed) }} />
      <span className="h-full bg-failed" style={{ width: share(failed) }} />
      <span className="h-full bg-accent opacity-60" style={{ width: share(running) }} />
    </span>
  )
}
