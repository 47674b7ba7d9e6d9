// Every version that was published: who, when, and what changed from the one before.

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Playbook, versionsQuery } from '../api/playbooks.ts'
import { useEnvironment } from '../frame/environment.ts'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Ago } from '../ui/clock.tsx'
import { notify } from '../ui/notices.tsx'
import { Trouble } from '../ui/problem.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { DiffView } from './diff-view.tsx'

export function VersionsTab({
  playbook,
  open,
}: {
  readonly playbook: Playbook
  readonly open: (text: string) => void
}) {
  const environment = useEnvironment()
  const query = useQuery(versionsQuery(environment, playbook.name))
  const [chosen, setChosen] = useState<number>()
  if (query.isPending) return <SkeletonRows rows={4} label="Loading versions" />
  if (query.isError) return <Trouble error={query.error} again={() => void query.refetch()} />
  const versions = query.data
  const shown = versions.find(({ version }) => version === chosen) ?? versions[0]
  const before = versions.find(({ version }) => version === (shown?.version ?? 0) - 1)
  return (
    <div className="flex min-h-0 flex-col gap-4 pt-3 md:flex-row">
      <ul aria-label="Versions" className="panel shrink-0 self-start overflow-hidden md:w-72">
        {versions.map((version) => (
          <li key={version.version} className="border-b border-line last:border-b-0">
            <button
              type="button"
              aria-pressed={version === shown}
              onClick={() => setChosen(version.version)}
              className={classNames(
                'flex h-10 w-full items-center gap-3 px-3 text-left text-sm -outline-offset-2 hover:bg-hover',
                version === shown && 'bg-hover',
              )}
            >
              <span className="font-mono font-medium">v{version.version}</span>
              <span className="truncate text-xs text-ink-2">{version.publishedBy}</span>
              <span className="ml-auto text-xs text-ink-3">
                <Ago at={version.publishedAt} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shown === undefined ? null : (
        <div className="flex min-w-0 flex-1 flex-col gap-3 overflow-y-auto">
          <div className="flex flex-wrap items-center gap-2">
            <h2 className="text-base font-semibold">
              Version {shown.version}
              <span className="pl-2 text-sm font-normal text-ink-2">
                {before === undefined ? 'the first' : `against version ${before.version}`}
              </span>
            </h2>
            <span className="ml-auto">
              <Button
                small
                onClick={() => {
                  open(shown.text)
                  notify({ tone: 'plain', text: `Version ${shown.version} is in the editor as a draft.` })
                }}
              >
                Take as draft
              </Button>
            </span>
          </div>
          <DiffView before={before?.text ?? ''} after={shown.text} label={`Changes of version ${shown.version}`} />
        </div>
      )}
    </div>
  )
}
