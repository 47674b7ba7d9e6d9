// Two texts, what was removed and what was added; the rest folded.

import { plural } from '../format/number.ts'
import { classNames } from '../ui/class-names.ts'
import { type DiffLine, hunksOf, lineDiff } from './line-diff.ts'

const signs: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '−' }

export function DiffView({
  before,
  after,
  label,
}: {
  readonly before: string
  readonly after: string
  readonly label: string
}) {
  const lines = lineDiff(before, after)
  const added = lines.filter(({ kind }) => kind === 'added').length
  const removed = lines.filter(({ kind }) => kind === 'removed').length
  return (
    <figure aria-label={label} className="flex min-h-0 flex-col rounded-md border border-line">
      <figcaption className="numeric flex gap-3 border-b border-line px-3 py-1.5 text-xs text-ink-2">
        {added + removed === 0 ? 'No line differs.' : null}
        {added > 0 ? <span className="text-completed">+{plural(added, 'line')}</span> : null}
        {removed > 0 ? <span className="text-failed">−{plural(removed, 'line')}</span> : null}
      </figcaption>
      {/* scrollable regions must be reachable by keyboard */}
      <div
        tabIndex={0}
        role="group"
        aria-label="Changed lines"
        className="max-h-[56vh] overflow-auto bg-sunken py-1 font-mono text-xs leading-5"
      >
        {hunksOf(lines).map((hunk, index) =>
          hunk.kind === 'folded' ? (
            <p key={`folded ${index}`} className="my-1 border-y border-line bg-surface px-3 text-ink-3">
              {plural(hunk.count, 'line')} the same
            </p>
          ) : (
            hunk.lines.map((line) => <Line key={`${line.kind} ${line.before} ${line.after}`} line={line} />)
          ),
        )}
      </div>
    </figure>
  )
}

function Line({ line }: { readonly line: DiffLine }) {
  return (
    <div
      className={classNames(
        'flex min-w-fit',
        line.kind === 'added' && 'bg-completed-wash',
        line.kind === 'removed' && 'bg-failed-wash',
      )}
    >
      <span className="numeric w-10 shrink-0 pr-2 text-right text-ink-3 select-none">{line.before ?? ''}</span>
      <span className="numeric w-10 shrink-0 pr-2 text-right text-ink-3 select-none">{line.after ?? ''}</span>
      <span
        className={classNames(
          'w-4 shrink-0',
          line.kind === 'added' && 'text-completed',
          line.kind === 'removed' && 'text-failed',
        )}
      >
        {signs[line.kind]}
        <span className="sr-only">{line.kind === 'same' ? '' : line.kind}</span>
      </span>
      <span className="pr-4 whitespace-pre text-ink">{line.text}</span>
    </div>
  )
}
