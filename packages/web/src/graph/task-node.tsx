// One task of the graph: its name and state, its steps, and how far its items are.

import { Handle, type NodeProps, Position } from '@xyflow/react'
import { CircleAlert, Layers } from 'lucide-react'
import { memo } from 'react'
import { countFormat } from '../format/number.ts'
import { classNames } from '../ui/class-names.ts'
import { Duration } from '../ui/clock.tsx'
import { Progress } from '../ui/progress.tsx'
import { type AnyState, StateMark, stateWord } from '../ui/state-mark.tsx'
import { stepsShownMax } from './layout.ts'
import type { ShownTask, TaskGraphProps } from './shown-task.ts'

interface TaskNodeData {
  readonly task: ShownTask
  readonly chosen: boolean
  readonly step: string | undefined
  readonly onChoose: TaskGraphProps['onChoose']
}

const borders: Partial<Record<AnyState, string>> = {
  running: 'border-accent',
  failed: 'border-failed',
  waiting: 'border-waiting',
}

export const TaskNode = memo(function TaskNode({ data, sourcePosition, targetPosition }: NodeProps) {
  const { task, chosen, step, onChoose } = data as unknown as TaskNodeData
  const border = (task.faulty === true ? 'border-failed' : borders[task.state ?? 'pending']) ?? 'border-line-strong'
  const quiet = task.state === 'skipped' || task.state === 'pending' || task.state === 'cancelled'
  return (
    <div
      className={classNames(
        'nopan flex size-full flex-col rounded-md border bg-surface text-sm',
        border,
        quiet && 'border-dashed',
        chosen && 'ring-2 ring-focus',
      )}
    >
      <Handle type="target" position={targetPosition ?? Position.Top} isConnectable={false} />
      <NodeHeader task={task} chosen={chosen && step === undefined} choose={() => onChoose(task.name)} />
      {task.forEach ? <ItemsBar task={task} /> : null}
      {task.steps.slice(0, stepsShownMax).map(({ id, plugin }) => (
        <button
          key={id}
          type="button"
          aria-pressed={chosen && step === id}
          aria-label={`Step ${id} ${plugin} of ${task.name}`}
          onClick={() => onChoose(task.name, id)}
          className="flex h-6 min-w-0 items-center gap-2 rounded-md px-2.5 text-left hover:bg-hover aria-pressed:bg-accent-wash"
        >
          <StepDot state={task.stepStates?.get(id)} />
          <span className="truncate text-xs text-ink">{id}</span>{' '}
          <span className="ml-auto truncate pl-2 font-mono text-xs text-ink-3">{plugin}</span>
        </button>
      ))}
      {task.steps.length > stepsShownMax ? (
        <p className="px-2.5 text-xs leading-6 text-ink-3">and {task.steps.length - stepsShownMax} more steps</p>
      ) : null}
      <Handle type="source" position={sourcePosition ?? Position.Bottom} isConnectable={false} />
    </div>
  )
})

function NodeHeader({
  task,
  chosen,
  choose,
}: {
  readonly task: ShownTask
  readonly chosen: boolean
  readonly choose: () => void
}) {
  const state = task.state
  const words = [state === undefined ? '' : stateWord(state), task.faulty === true ? 'has complaints' : ''].filter(
    Boolean,
  )
  return (
    <div className="flex h-8 shrink-0 items-center pr-2.5">
      <button
        type="button"
        aria-pressed={chosen}
        aria-label={[`Task ${task.name}`, ...words].join(', ')}
        onClick={choose}
        className="flex h-full min-w-0 flex-1 items-center gap-2 rounded-md pl-2.5 text-left hover:bg-hover"
      >
        {state === undefined ? (
          <span aria-hidden="true" className="size-1.5 rounded-full bg-accent" />
        ) : (
          <StateMark state={state} />
        )}
        <span className={classNames('truncate font-medium text-ink', state === 'cancelled' && 'line-through')}>
          {task.name}
        </span>
        {task.faulty === true ? <CircleAlert size={14} className="text-failed" aria-hidden="true" /> : null}
      </button>
      <span className="flex shrink-0 items-center gap-1.5 pl-1.5 text-xs text-ink-3">
        {task.when === 'completed' ? null : <span>{task.when === 'failed' ? 'on failure' : 'always'}</span>}
        {task.startedAt === undefined || task.startedAt === null ? null : (
          <Duration from={task.startedAt} to={task.endedAt ?? null} />
        )}
      </span>
    </div>
  )
}

function ItemsBar({ task }: { readonly task: ShownTask }) {
  const { items } = task
  if (items === undefined || items === null) {
    return (
      <p className="flex h-6 items-center gap-2 px-2.5 text-xs text-ink-3">
        <Layers size={12} aria-hidden="true" /> for each item
      </p>
    )
  }
  return (
    <div className="flex h-6 items-center gap-2 px-2.5">
      <Progress {...items} label={`Items of ${task.name}`} />
      <span className="numeric shrink-0 font-mono text-xs text-ink-2">
        {countFormat(items.completed + items.failed)}
        <span className="text-ink-3">/{countFormat(items.total)}</span>
      </span>
    </div>
  )
}

function StepDot({ state }: { readonly state: AnyState | undefined }) {
  if (state === undefined)
    return <span aria-hidden="true" className="ml-1 size-1 shrink-0 rounded-full bg-line-strong" />
  return <StateMark state={state} size={11} />
}
