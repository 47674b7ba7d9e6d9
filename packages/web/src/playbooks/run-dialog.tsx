// Starts a run: the form that the playbook's inputs ask for, and one button.

import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { type FormEvent, useId, useMemo, useState } from 'react'
import { cache } from '../api/cache.ts'
import { newKey } from '../api/key.ts'
import { publish } from '../api/playbooks.ts'
import { startRun } from '../api/runs.ts'
import { useEnvironment } from '../frame/environment.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Trouble } from '../ui/problem.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { fieldsOf, readForm, textsOf } from './form.ts'
import { SchemaForm } from './schema-form.tsx'

interface RunDialogProps {
  readonly playbook: string
  readonly version: number | undefined
  readonly inputs: unknown
  /** What the fields begin with, when a run is repeated. */
  readonly given?: unknown
  /** A draft that could be published first. */
  readonly draft?: string | undefined
  readonly onOpenChange: (open: boolean) => void
}

export function RunDialog(props: RunDialogProps & { readonly open: boolean }) {
  return props.open ? <OpenRunDialog {...props} /> : null
}

function OpenRunDialog({ playbook, version, inputs, given, draft, onOpenChange }: RunDialogProps) {
  const environment = useEnvironment()
  const navigate = useNavigate()
  const formId = useId()
  const [key] = useState(() => newKey())
  const fields = useMemo(() => fieldsOf(inputs), [inputs])
  const [texts, setTexts] = useState(() => textsOf(fields, given))
  const [tried, setTried] = useState(false)
  const [publishes, setPublishes] = useState(draft !== undefined)
  const result = readForm(fields, texts)
  const start = useMutation({
    mutationFn: async () => {
      const published = publishes && draft !== undefined ? await publish(environment, draft) : undefined
      if (published !== undefined) void cache.invalidateQueries({ queryKey: ['playbook'] })
      return startRun({ environment, playbook, version: published?.version ?? version, inputs: result.inputs, key })
    },
    onSuccess: ({ id }) => void navigate({ to: '/runs/$id', params: { id } }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.keys(result.complaints).length === 0) start.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={onOpenChange}
      title={`Run ${playbook}`}
      description={fields.length === 0 ? 'It takes no inputs.' : 'What this run is given.'}
      footer={
        <>
          {draft === undefined ? null : (
            <span className="mr-auto">
              <Toggle label="Publish the draft first" on={publishes} onChange={setPublishes} />
            </span>
          )}
          <Button onClick={() => onOpenChange(false)}>Not now</Button>
          <Button kind="main" type="submit" form={formId} busy={start.isPending} icon={<Play size={14} />}>
            {publishes && draft !== undefined ? 'Publish and run' : 'Start run'}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <SchemaForm fields={fields} texts={texts} complaints={tried ? result.complaints : {}} onChange={setTexts} />
        {start.isError ? <Trouble error={start.error} /> : null}
      </form>
    </Dialog>
  )
}
