// The fold: one fact at a time into the run's state. It never refuses and never decides; what is in a fact has happened.
// The state is changed in place, because a run of 100,000 items cannot be copied for each of its facts.

import { impossible, invariant } from '@millrace/stdx'
import type { Fact, FactOf, StepAddress } from './fact.ts'
import { type ItemRun, itemOf, newStep, type Run, type StepRun, type TaskRun, taskOf } from './run-state.ts'

/** Folds `fact` into `run` and answers it. */
export function evolve(run: Run, fact: Fact): Run {
  run.seq++
  switch (fact.type) {
    case 'run.created':
      return created(run, fact)
    case 'run.paused':
      run.phase = 'paused'
      return run
    case 'run.resumed':
      run.phase = 'running'
      return run
    case 'run.cancelRequested':
      run.cancelRequested = true
      return run
    case 'run.completed':
      run.outputs = fact.outputs
      return end(run, 'completed', fact.at)
    case 'run.failed':
      run.error = fact.error
      return end(run, 'failed', fact.at)
    case 'run.cancelled':
      return end(run, 'cancelled', fact.at)
    case 'task.started':
    case 'task.skipped':
    case 'task.completed':
    case 'task.failed':
    case 'task.cancelled':
      return evolveTask(run, fact)
    case 'step.skipped':
      return stepSkipped(run, fact)
    case 'step.scheduled':
    case 'step.reissued':
    case 'step.started':
    case 'step.waiting':
    case 'step.completed':
    case 'step.failed':
    case 'step.cancelled':
      return evolveStep(run, fact)
    default:
      return impossible(fact)
  }
}

function created(run: Run, fact: FactOf<'run.created'>): Run {
  run.phase = 'running'
  run.version = fact.version
  run.inputs = fact.inputs
  run.trigger = fact.trigger
  run.env = fact.env
  run.by = fact.by
  run.createdAt = fact.at
  return run
}

function end(run: Run, phase: 'completed' | 'failed' | 'cancelled', at: number): Run {
  run.phase = phase
  run.endedAt = at
  run.out.clear()
  run.waiting.clear()
  run.steps.running = 0
  return run
}

function evolveTask(run: Run, fact: Extract<Fact, { type: `task.${string}` }>): Run {
  const task = taskOf(run, fact.task)
  if (fact.type === 'task.started') {
    task.phase = 'running'
    task.startedAt = fact.at
    task.count = fact.items
    if (fact.items >= 0) run.steps.total += fact.items * task.spec.steps.length
    return run
  }
  task.phase = fact.type.slice('task.'.length) as TaskRun['phase']
  task.endedAt = fact.at
  task.itemValues = undefined
  task.touched.clear()
  if (fact.type === 'task.failed') task.error = fact.error
  if (fact.type === 'task.skipped') task.skipReason = fact.reason
  return run
}

/** The item an address names; an item opens with its first fact, or just before it. */
export function openItem(task: TaskRun, index: number): ItemRun {
  const found = itemOf(task, index)
  if (found !== undefined) return found
  const item: ItemRun = { index, phase: 'running', position: 0, steps: [] }
  task.items[Math.max(index, 0)] = item
  task.opened = Math.max(task.opened, Math.max(index, 0) + 1)
  task.active++
  return item
}

function stepAt(item: ItemRun, task: TaskRun, id: string): { step: StepRun; position: number } {
  const position = task.spec.steps.findIndex((spec) => spec.id === id)
  const spec = task.spec.steps[position]
  invariant(spec !== undefined, `task ${task.spec.name} has no step ${id}`)
  const step = item.steps[position] ?? newStep(spec)
  item.steps[position] = step
  return { step, position }
}

function stepSkipped(run: Run, fact: FactOf<'step.skipped'>): Run {
  const task = taskOf(run, fact.task)
  const item = openItem(task, fact.item)
  const { step, position } = stepAt(item, task, fact.step)
  step.phase = 'skipped'
  step.endedAt = fact.at
  return itemMoves(run, task, item, position + 1)
}

function evolveStep(run: Run, fact: StepAddress & Fact): Run {
  const task = taskOf(run, fact.task)
  const item = openItem(task, fact.item)
  const { step, position } = stepAt(item, task, fact.step)
  if (run.out.delete(step)) run.steps.running--
  run.waiting.delete(step)
  step.round = fact.round
  step.attempt = fact.attempt
  step.fence = fact.fence
  if ('startedAt' in fact) step.begunAt ??= fact.startedAt
  switch (fact.type) {
    case 'step.scheduled':
      step.with = fact.with
      step.pool = fact.pool
      step.timeoutMs = fact.timeoutMs
      step.scheduledAt = fact.at
      step.startedAt = undefined
      step.error = undefined
      return goesOut(run, step, 'scheduled')
    case 'step.reissued':
      return goesOut(run, step, 'scheduled')
    case 'step.started':
      step.startedAt = fact.at
      step.begunAt ??= fact.at
      step.worker = fact.worker
      return goesOut(run, step, 'running')
    case 'step.waiting':
      step.startedAt = fact.at
      step.begunAt ??= fact.at
      return waits(run, task, item, step, 'time', fact.until)
    case 'step.completed':
      return stepCompleted(run, task, item, step, position, fact)
    case 'step.failed':
      return stepFailed(run, task, item, step, position, fact)
    case 'step.cancelled':
      step.phase = 'cancelled'
      step.endedAt = fact.at
      return itemEnds(run, task, item, 'cancelled')
    default:
      return run
  }
}

function goesOut(run: Run, step: StepRun, phase: 'scheduled' | 'running'): Run {
  step.phase = phase
  step.until = undefined
  step.endedAt = undefined
  run.out.add(step)
  run.steps.running++
  return run
}

function waits(run: Run, task: TaskRun, item: ItemRun, step: StepRun, what: StepRun['waitsFor'], until: number): Run {
  step.phase = 'waiting'
  step.waitsFor = what
  step.until = until
  step.with = undefined
  run.waiting.set(step, { task, item })
  task.touched.add(item.index)
  return run
}

function stepCompleted(
  run: Run,
  task: TaskRun,
  item: ItemRun,
  step: StepRun,
  position: number,
  fact: FactOf<'step.completed'>,
): Run {
  step.worker = fact.worker
  step.startedAt = fact.startedAt
  step.endedAt = fact.at
  step.error = undefined
  if ('blob' in fact.output) run.hasReferences = true
  if (step.spec.paginate === undefined) step.output = fact.output
  else (step.pages ??= []).push(fact.output)
  if (fact.more !== undefined) {
    step.cursor = fact.more.cursor
    return waits(run, task, item, step, 'round', fact.more.at)
  }
  step.phase = 'completed'
  step.with = undefined
  run.steps.completed++
  return itemMoves(run, task, item, position + 1)
}

function stepFailed(
  run: Run,
  task: TaskRun,
  item: ItemRun,
  step: StepRun,
  position: number,
  fact: FactOf<'step.failed'>,
): Run {
  step.worker = fact.worker
  step.startedAt = fact.startedAt
  step.endedAt = fact.at
  step.error = fact.error
  if (fact.retryAt !== undefined) return waits(run, task, item, step, 'retry', fact.retryAt)
  step.phase = 'failed'
  step.with = undefined
  run.steps.failed++
  if (fact.continued === true) return itemMoves(run, task, item, position + 1)
  task.error ??= { ...fact.error, task: fact.task, step: fact.step, item: fact.item }
  return itemEnds(run, task, item, 'failed')
}

function itemMoves(run: Run, task: TaskRun, item: ItemRun, position: number): Run {
  item.position = position
  task.touched.add(item.index)
  return position >= task.spec.steps.length ? itemEnds(run, task, item, 'completed') : run
}

function itemEnds(run: Run, task: TaskRun, item: ItemRun, phase: 'completed' | 'failed' | 'cancelled'): Run {
  item.phase = phase
  task.active--
  if (phase === 'completed') task.completed++
  if (phase === 'failed') task.failed++
  task.touched.delete(item.index)
  return run
}
