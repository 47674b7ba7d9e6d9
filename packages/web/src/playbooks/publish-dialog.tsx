// Publishes a draft as the next version, after showing what changes.

import { useMutation } from '@tanstack/react-query'
import { UploadCloud } from 'lucide-react'
import { cache } from '../api/cache.ts'
import { publish } from '../api/playbooks.ts'
import { useEnvironment } from '../frame/environment.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { notify } from '../ui/notices.tsx'
import { Trouble } from '../ui/problem.tsx'
import { DiffView } from './diff-view.tsx'

export function PublishDialog({
  open,
  onOpenChange,
  published,
  draft,
  onPublished,
}: {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** Undefined when this is the first version. */
  readonly published: { readonly text: string; readonly version: number } | undefined
  readonly draft: string
  readonly onPublished: (name: string) => void
}) {
  const environment = useEnvironment()
  const act = useMutation({
    mutationFn: () => publish(environment, draft),
    onSuccess: async ({ name, version }) => {
      notify({ tone: 'good', text: `Published ${name} as version ${version}.` })
      for (const key of ['playbook', 'playbooks', 'playbook-versions']) {
        // oxlint-disable-next-line no-await-in-loop -- three keys, in order, so that the page shows the new version once
        await cache.invalidateQueries({ queryKey: [key] })
      }
      onOpenChange(false)
      onPublished(name)
    },
  })
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title={published === undefined ? 'Publish the first version' : `Publish version ${published.version + 1}`}
      description="A published version never changes; runs that go on stay on theirs."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Not now</Button>
          <Button kind="main" icon={<UploadCloud size={14} />} busy={act.isPending} onClick={() => act.mutate()}>
            Publish
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {act.isError ? <Trouble error={act.error} /> : null}
        <DiffView before={published?.text ?? ''} after={draft} label="Changes since the published version" />
      </div>
    </Dialog>
  )
}
