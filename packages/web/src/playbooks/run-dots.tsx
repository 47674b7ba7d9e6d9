// How the last runs went, at a glance.

import { Link } from '@tanstack/react-router'
import type { Run } from '../api/runs.ts'
import { agoFormat } from '../format/time.ts'
import { useSlowNow } from '../ui/clock.tsx'
import { StateMark, stateWord } from '../ui/state-mark.tsx'

/** The last runs as state shapes, newest first, each a link. */
export function RunDots({ runs }: { readonly runs: readonly Run[] }) {
  const now = useSlowNow()
  if (runs.length === 0) return <span className="text-xs text-ink-3">no runs yet</span>
  return (
    <span className="relative z-10 inline-flex">
      {runs.map((run) => (
        <Link
          key={run.id}
          to="/runs/$id"
          params={{ id: run.id }}
          aria-label={`${stateWord(run.state)} run ${run.id}, ${agoFormat(run.createdAt, now)}`}
          title={`${stateWord(run.state)}, ${agoFormat(run.createdAt, now)}`}
          className="inline-flex h-6 w-[18px] items-center justify-center rounded-md hover:bg-line"
        >
          <StateMark state={run.state} size={13} />
        </Link>
      ))}
    </span>
  )
}
