// A new playbook: choose where to begin, write, see it drawn, publish.

import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { UploadCloud } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { playbookQuery } from '../api/playbooks.ts'
import { pluginsQuery } from '../api/plugins.ts'
import { useDraft } from '../editor/draft.ts'
import { useEnvironment } from '../frame/environment.ts'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { PublishDialog } from './publish-dialog.tsx'
import { playbookAround, templates } from './templates.ts'

const EditorPane = lazy(() => import('../editor/editor-pane.tsx').then((module) => ({ default: module.EditorPane })))

const help = {
  about: 'writing a playbook',
  know: [
    'Begin with a template; each runs as it is once published.',
    'The name in `metadata` is the name it is published under; publishing an existing name makes its next version.',
    'Ctrl-Space completes keys and plugins; hover a key to read what it means.',
  ],
  curl: "curl -X POST http://127.0.0.1:4400/v1/playbooks \\\n  -H 'content-type: application/yaml' --data-binary @playbook.yaml",
  cli: 'millrace validate playbook.yaml\nmillrace publish playbook.yaml',
} as const

export function NewPlaybookPage() {
  const { template } = useSearch({ from: '/frame/playbooks/new' })
  const { data: plugins, isPending } = useQuery({ ...pluginsQuery, enabled: template?.startsWith('plugin:') === true })
  const [, plugin = '', index = '0'] = template?.split(':') ?? []
  const example = plugins?.find(({ name }) => name === plugin)?.examples[Number(index)]
  if (plugin !== '' && example === undefined && isPending) return null
  const text =
    example === undefined
      ? (templates.find(({ id }) => id === template)?.text ?? templates[0]?.text ?? '')
      : playbookAround(plugin, example.yaml)
  return <NewPlaybook key={template ?? ''} template={template ?? 'hello'} text={text} />
}

function NewPlaybook({ template, text }: { readonly template: string; readonly text: string }) {
  const navigate = useNavigate()
  const draft = useDraft(`new.${template}`, text)
  const environment = useEnvironment()
  const [publishing, setPublishing] = useState(false)
  const name = draft.validation?.outline.name ?? ''
  const { data: existing } = useQuery({ ...playbookQuery(environment, name), enabled: publishing && name !== '' })
  const faulty = draft.checking || (draft.validation?.complaints.length ?? 1) > 0
  return (
    <Page
      title="New playbook"
      fill
      help={help}
      actions={
        <Button kind="main" icon={<UploadCloud size={14} />} disabled={faulty} onClick={() => setPublishing(true)}>
          Publish…
        </Button>
      }
    >
      <TemplateChoice chosen={template} />
      <Suspense fallback={<Skeleton className="min-h-64 flex-1" />}>
        <EditorPane draft={draft} />
      </Suspense>
      <PublishDialog
        open={publishing}
        onOpenChange={setPublishing}
        published={existing ?? undefined}
        draft={draft.text}
        onPublished={(published) => {
          draft.discard()
          void navigate({ to: '/playbooks/$name', params: { name: published } })
        }}
      />
    </Page>
  )
}

function TemplateChoice({ chosen }: { readonly chosen: string }) {
  const navigate = useNavigate()
  return (
    <div role="group" aria-label="Templates" className="grid grid-cols-2 gap-2 pb-3 lg:grid-cols-4">
      {templates.map(({ id, title, sentence }) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === chosen}
          onClick={() => void navigate({ to: '/playbooks/new', search: { template: id }, replace: true })}
          className={classNames(
            'rounded-md border px-3 py-2 text-left hover:bg-hover',
            id === chosen ? 'border-accent bg-accent-wash' : 'border-line bg-surface',
          )}
        >
          <span className="block text-sm font-medium text-ink">{title}</span>
          <span className="block text-xs text-ink-2">{sentence}</span>
        </button>
      ))}
    </div>
  )
}
