// Each time the step was tried: by whom, how long, what became of it.

import type { Attempt } from '../api/run.ts'
import { momentFormat } from '../format/time.ts'
import { Duration } from '../ui/clock.tsx'

export function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }) {
  if (attempts.length === 0) return <p className="p-4 text-sm text-ink-2">It was not tried yet.</p>
  return (
    // scrollable regions must be reachable by keyboard
    <div tabIndex={0} role="group" aria-label="Attempts" className="h-full overflow-auto">
      <table className="w-full min-w-[560px] text-left text-xs">
        <thead>
          <tr className="h-8 border-b border-line text-ink-2">
            <th className="px-3 font-normal">Attempt</th>
            <th className="px-3 font-normal">Round</th>
            <th className="px-3 font-normal">Began</th>
            <th className="px-3 text-right font-normal">Took</th>
            <th className="px-3 font-normal">Worker</th>
            <th className="px-3 font-normal">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt) => (
            <tr
              key={`${attempt.round} ${attempt.attempt} ${attempt.fence}`}
              className="h-8 border-b border-line align-middle"
            >
              <td className="numeric px-3 font-mono">
                {attempt.attempt}
                {attempt.fence > 1 ? <span className="text-ink-3"> fence {attempt.fence}</span> : null}
              </td>
              <td className="numeric px-3 font-mono">{attempt.round}</td>
              <td className="numeric px-3 font-mono whitespace-nowrap text-ink-2">
                {attempt.startedAt === null ? '–' : momentFormat(attempt.startedAt)}
              </td>
              <td className="px-3 text-right">
                <Duration from={attempt.startedAt} to={attempt.endedAt} />
              </td>
              <td className="px-3 font-mono text-ink-2">{attempt.worker ?? 'engine'}</td>
              <td className="px-3">
                {attempt.error === null ? (
                  <span className="text-ink-2">{attempt.endedAt === null ? 'goes on' : 'done'}</span>
                ) : (
                  <span className="text-failed">
                    {attempt.error.message} <span className="font-mono text-ink-3">{attempt.error.code}</span>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
