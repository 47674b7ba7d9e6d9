// One playbook: its text and graph, its runs, its versions.

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Play, RotateCcw, UploadCloud } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { type Playbook, playbookQuery } from '../api/playbooks.ts'
import { type Draft, useDraft } from '../editor/draft.ts'
import { useEnvironment } from '../frame/environment.ts'
import { RunList } from '../runs/run-list.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Page } from '../ui/page.tsx'
import { Trouble } from '../ui/problem.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TabView } from '../ui/tabs.tsx'
import { Labels } from './labels.tsx'
import { PublishDialog } from './publish-dialog.tsx'
import { RunDialog } from './run-dialog.tsx'
import { VersionsTab } from './versions-tab.tsx'

const EditorPane = lazy(() => import('../editor/editor-pane.tsx').then((module) => ({ default: module.EditorPane })))

function helpOf(name: string) {
  return {
    about: `the playbook ${name}`,
    know: [
      'The text is YAML; complaints stand in the margin and in the list below, and each leads to its place.',
      'Choose a task in the graph to find it in the text, and the other way round. Ctrl-Space completes.',
      'What you write is kept in this browser. Publish makes it the next version; a published version never changes.',
    ],
    curl: `curl -X POST http://127.0.0.1:4400/v1/playbooks \\\n  -H 'content-type: application/yaml' --data-binary @${name}.yaml`,
    cli: `millrace publish ${name}.yaml\nmillrace run ${name}`,
  } as const
}

export function PlaybookPage() {
  const { name } = useParams({ from: '/frame/playbooks/$name' })
  const environment = useEnvironment()
  const query = useQuery(playbookQuery(environment, name))
  if (query.isPending) return <PlaybookSkeleton name={name} />
  if (query.isError) {
    return (
      <Page title={name} help={helpOf(name)}>
        <Trouble error={query.error} again={() => void query.refetch()} />
      </Page>
    )
  }
  if (query.data === null) {
    return (
      <Page title={name} help={helpOf(name)}>
        <Empty
          title={`No playbook is named “${name}”`}
          sentence={`Nothing was published under this name in ${environment}.`}
          action={
            <Link to="/playbooks/new" className="link text-sm">
              Write it
            </Link>
          }
        />
      </Page>
    )
  }
  return <LoadedPlaybook key={name} playbook={query.data} />
}

function PlaybookSkeleton({ name }: { readonly name: string }) {
  return (
    <Page title={name} help={helpOf(name)} fill>
      <Skeleton className="h-9 w-64" />
      <Skeleton className="mt-3 min-h-64 flex-1" />
    </Page>
  )
}

function LoadedPlaybook({ playbook }: { readonly playbook: Playbook }) {
  const { name, version } = playbook
  const search = useSearch({ from: '/frame/playbooks/$name' })
  const navigate = useNavigate({ from: '/playbooks/$name' })
  const draft = useDraft(name, playbook.text)
  const [publishing, setPublishing] = useState(false)
  const faulty = draft.checking || (draft.validation?.complaints.length ?? 1) > 0
  const go = (change: { tab?: typeof search.tab; run?: boolean }) =>
    void navigate({
      search: ({ env }: { env?: string }) => ({ ...(env === undefined ? {} : { env }), ...change }),
      replace: true,
    })
  const keepTab = search.tab === undefined ? {} : { tab: search.tab }
  return (
    <Page
      title={name}
      fill
      help={helpOf(name)}
      aside={<PlaybookAside playbook={playbook} changed={draft.changed} />}
      actions={
        <PlaybookActions
          draft={draft}
          faulty={faulty}
          onPublish={() => setPublishing(true)}
          onRun={() => go({ ...keepTab, run: true })}
        />
      }
    >
      <TabView
        label={`Views of ${name}`}
        value={search.tab ?? 'editor'}
        onChange={(tab) => go(tab === 'editor' ? {} : { tab })}
        className="flex-1"
        tabs={[
          { value: 'editor', label: 'Editor', content: <EditorTab draft={draft} /> },
          { value: 'runs', label: 'Runs', content: <RunsTab name={name} /> },
          {
            value: 'versions',
            label: 'Versions',
            aside: <VersionCount version={version} />,
            content: <VersionsTab playbook={playbook} open={draft.write} />,
          },
        ]}
      />
      <PublishDialog
        open={publishing}
        onOpenChange={setPublishing}
        published={playbook}
        draft={draft.text}
        onPublished={draft.discard}
      />
      <RunDialog
        open={search.run === true}
        playbook={name}
        version={version}
        inputs={draft.changed && !faulty ? (draft.validation?.inputs ?? playbook.inputs) : playbook.inputs}
        draft={draft.changed && !faulty ? draft.text : undefined}
        onOpenChange={(open) => go(open ? { ...keepTab, run: true } : keepTab)}
      />
    </Page>
  )
}

interface PlaybookActionsProps {
  readonly draft: Draft
  readonly faulty: boolean
  readonly onPublish: () => void
  readonly onRun: () => void
}

function PlaybookActions({ draft, faulty, onPublish, onRun }: PlaybookActionsProps) {
  return (
    <>
      {draft.changed ? (
        <>
          <Button kind="quiet" icon={<RotateCcw size={14} />} onClick={draft.discard}>
            Discard draft
          </Button>
          <Button icon={<UploadCloud size={14} />} disabled={faulty} onClick={onPublish}>
            Publish…
          </Button>
        </>
      ) : null}
      <Button kind="main" icon={<Play size={14} />} onClick={onRun}>
        Run
      </Button>
    </>
  )
}

function VersionCount({ version }: { readonly version: number }) {
  return <span className="numeric font-mono text-xs text-ink-3">{version}</span>
}

function PlaybookAside({ playbook, changed }: { readonly playbook: Playbook; readonly changed: boolean }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-2">
      <span className="font-mono">v{playbook.version}</span>
      {changed ? <span className="text-waiting">Draft, not published</span> : null}
      <Labels labels={playbook.labels} />
      <span className="hidden max-w-md truncate lg:inline">{playbook.description}</span>
    </div>
  )
}

function EditorTab({ draft }: { readonly draft: Draft }) {
  return (
    <div className="flex h-full min-h-0 flex-col pt-3">
      <Suspense fallback={<Skeleton className="min-h-64 flex-1" />}>
        <EditorPane draft={draft} />
      </Suspense>
    </div>
  )
}

function RunsTab({ name }: { readonly name: string }) {
  return (
    <div className="flex h-full min-h-0 flex-col pt-3">
      <RunList
        filter={{ playbook: name }}
        follow={false}
        empty={
          <Empty
            title="It has not run yet"
            sentence="Press Run above, and the run appears here while it happens."
            command={`millrace run ${name}`}
          />
        }
      />
    </div>
  )
}
