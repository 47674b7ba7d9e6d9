// What the drawing of a graph is given: tasks, their states where something runs, and which one is chosen.

import type { Counts } from '../api/runs.ts'
import type { AnyState } from '../ui/state-mark.tsx'
import type { GraphTask } from './layout.ts'

export interface ShownTask extends GraphTask {
  /** Undefined in the editor, where nothing runs. */
  readonly state?: AnyState
  readonly startedAt?: number | null
  readonly endedAt?: number | null
  readonly items?: Counts | null
  /** In the editor: has complaints. */
  readonly faulty?: boolean
  readonly stepStates?: ReadonlyMap<string, AnyState>
}

export interface TaskGraphProps {
  readonly label: string
  readonly tasks: readonly ShownTask[]
  readonly chosen: { readonly task: string; readonly step?: string | undefined } | undefined
  readonly onChoose: (task: string, step?: string) => void
}
