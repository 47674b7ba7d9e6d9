// The text on the left, what it says on the right, complaints below; what is chosen in one is shown in the other.

import { useQuery } from '@tanstack/react-query'
import { useCallback, useDeferredValue, useMemo, useState } from 'react'
import type { PlacedComplaint } from '../api/playbooks.ts'
import { pluginsQuery } from '../api/plugins.ts'
import { TaskGraph } from '../graph/task-graph.tsx'
import { Empty } from '../ui/empty.tsx'
import { Trouble } from '../ui/problem.tsx'
import { Split } from '../ui/split.tsx'
import { useWide } from '../ui/wide.ts'
import { Complaints } from './complaints.tsx'
import type { Draft } from './draft.ts'
import { lineOf, placeAt, readOutline, shownTasks } from './outline.ts'
import { YamlEditor } from './yaml-editor.tsx'

const noComplaints: readonly PlacedComplaint[] = []

export function EditorPane({ draft, readOnly = false }: { readonly draft: Draft; readonly readOnly?: boolean }) {
  const wide = useWide()
  const { data: plugins } = useQuery(pluginsQuery)
  const [reveal, setReveal] = useState<{ line: number }>()
  const [line, setLine] = useState(1)
  const text = useDeferredValue(draft.text)
  const outline = useMemo(() => readOutline(text), [text])
  const complaints = draft.validation?.complaints ?? noComplaints
  const tasks = useMemo(() => shownTasks(outline, complaints), [outline, complaints])
  const chosen = useMemo(() => placeAt(outline, line), [outline, line])
  const choose = useCallback(
    (task: string, step?: string) => {
      const at = lineOf(outline, task, step)
      if (at === undefined) return
      setReveal({ line: at })
      setLine(at)
    },
    [outline],
  )
  const written = (
    <div className="flex h-full min-h-0 flex-col">
      <div className="min-h-0 flex-1">
        <YamlEditor
          label="Playbook YAML"
          text={draft.text}
          readOnly={readOnly}
          onChange={draft.write}
          onLine={setLine}
          complaints={complaints}
          plugins={plugins ?? []}
          reveal={reveal}
        />
      </div>
      {draft.trouble === null ? null : <Trouble error={draft.trouble} />}
      <Complaints complaints={complaints} checking={draft.checking} onGo={(at) => setReveal({ line: at })} />
    </div>
  )
  const graph =
    tasks.length === 0 ? (
      <Empty title="No tasks yet" sentence="Write a task under `tasks:` and it is drawn here as you type." />
    ) : (
      <TaskGraph label="Playbook graph" tasks={tasks} chosen={chosen} onChoose={choose} />
    )
  return wide ? (
    <div className="panel min-h-0 flex-1 overflow-hidden">
      <Split name="editor" label="Width of the editor" direction="row" initial={54} first={written} second={graph} />
    </div>
  ) : (
    <div className="flex flex-col gap-3">
      <div className="panel h-[62dvh] min-h-72 overflow-hidden">{written}</div>
      <div className="panel h-80 overflow-hidden">{graph}</div>
    </div>
  )
}
