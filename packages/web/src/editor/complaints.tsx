// The complaints as a list: each leads to its place.

import type { PlacedComplaint } from '../api/playbooks.ts'
import { plural } from '../format/number.ts'
import { StateMark } from '../ui/state-mark.tsx'

export function Complaints({
  complaints,
  checking,
  onGo,
}: {
  readonly complaints: readonly PlacedComplaint[]
  /** The text has changed and the answer is on its way. */
  readonly checking: boolean
  readonly onGo: (line: number) => void
}) {
  const count = complaints.length
  return (
    <section aria-label="Complaints" className="flex max-h-[40%] shrink-0 flex-col border-t border-line bg-surface">
      <p role="status" className="flex h-8 shrink-0 items-center gap-2 px-3 text-xs text-ink-2">
        <StateMark state={count > 0 ? 'failed' : checking ? 'running' : 'completed'} />
        {count > 0 ? plural(count, 'complaint') : checking ? 'Checking' : 'No complaints'}
      </p>
      {count === 0 ? null : (
        <ul className="min-h-0 overflow-y-auto pb-1">
          {complaints.map((complaint, index) => (
            <li key={`${complaint.code} ${complaint.line} ${complaint.column} ${index}`}>
              <button
                type="button"
                onClick={() => onGo(complaint.line ?? 1)}
                className="flex w-full gap-3 px-3 py-1.5 text-left -outline-offset-2 hover:bg-hover"
              >
                <span className="numeric w-14 shrink-0 font-mono text-xs leading-5 text-ink-3">
                  {complaint.line ?? '–'}:{complaint.column ?? '–'}
                </span>
                <span className="min-w-0 flex-1 text-sm text-ink">
                  {complaint.message}
                  {complaint.hint === null || complaint.hint === undefined ? null : (
                    <span className="text-ink-2"> {complaint.hint}</span>
                  )}
                  <span className="block truncate font-mono text-xs text-ink-3">{complaint.code}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
