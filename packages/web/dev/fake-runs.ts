// Runs of the fake server. A run is a plan (when each step begins and ends); what it looks like at a moment is computed from it.

import type { FakeTask } from './fake-playbooks.ts'

export interface PlannedStep {
  readonly task: string
  readonly item: number
  readonly step: string
  readonly plugin: string
  readonly start: number
  readonly end: number
  readonly fails: boolean
  readonly attempts: number
}

export interface FakeRun {
  readonly id: string
  readonly playbook: string
  readonly version: number
  readonly trigger: string
  readonly createdAt: number
  readonly inputs: unknown
  readonly seed: number
  readonly tasks: readonly FakeTask[]
  readonly failsIn: string | undefined
  /** How much slower than the plan: live runs are slowed so that they can be watched. */
  readonly slow: number
  cancelledAt?: number
  pausedAt?: number
  pausedMs: number
  plan?: readonly PlannedStep[]
}

/** A small seeded generator (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function planOf(run: FakeRun): readonly PlannedStep[] {
  run.plan ??= makePlan(run)
  return run.plan
}

function makePlan(run: FakeRun): readonly PlannedStep[] {
  const next = random(run.seed)
  const ends = new Map<string, number>()
  const steps: PlannedStep[] = []
  let broken = Number.POSITIVE_INFINITY
  for (const task of run.tasks) {
    const begin = Math.max(10, ...task.needs.map((need) => ends.get(need) ?? 0)) + 5
    if (task.when === 'failed' || begin >= broken) continue
    const lanes = task.forEach ? Array.from({ length: Math.min(32, Math.max(1, task.items)) }, () => begin) : [begin]
    const items = task.forEach ? task.items : 1
    for (let item = 0; item < items; item++) {
      const lane = lanes.indexOf(Math.min(...lanes))
      let at = lanes[lane] ?? begin
      for (const { id, plugin } of task.steps) {
        const took = run.slow * (plugin === 'transform' ? 2 + next() * 4 : 30 + next() ** 3 * 900)
        const fails = run.failsIn === task.name && item === (task.forEach ? Math.floor(items / 3) : 0)
        const attempts = plugin === 'http' && next() < 0.3 ? 2 : 1
        steps.push({
          task: task.name,
          item: task.forEach ? item : -1,
          step: id,
          plugin,
          start: at,
          end: at + took,
          fails,
          attempts,
        })
        at += took + 1
        if (fails) {
          broken = at
          break
        }
      }
      lanes[lane] = at
    }
    ends.set(task.name, Math.max(...lanes))
  }
  return steps.filter((step) => step.start < broken)
}

/** Milliseconds of the run's own time, which stands still while it is paused. */
export function runTime(run: FakeRun, now: number): number {
  return Math.min(run.cancelledAt ?? Number.POSITIVE_INFINITY, run.pausedAt ?? now) - run.createdAt - run.pausedMs
}

function endsAt(run: FakeRun): number {
  // The steps that end last are among the last to begin.
  return Math.max(
    20,
    ...planOf(run)
      .slice(-64)
      .map(({ end }) => end),
  )
}

function errorOf(run: FakeRun, step: PlannedStep) {
  return {
    code: step.plugin === 'python' ? 'plugin.exited' : 'plugin.refused',
    message:
      step.plugin === 'python'
        ? "main() raised KeyError: 'mag' (line 2 of the step's code). The item has no such key; its keys are place, time, depth."
        : `The ${step.plugin} plugin was refused: 503 Service Unavailable after 5 attempts.`,
    retryable: step.plugin !== 'python',
    details: { exitCode: 1 },
    task: step.task,
    step: step.step,
    item: step.item,
    run: run.id,
  }
}

export function stepView(run: FakeRun, step: PlannedStep, now: number) {
  const time = runTime(run, now)
  const ended = time >= step.end
  const cancelled = run.cancelledAt !== undefined && !ended
  const state = ended
    ? step.fails
      ? 'failed'
      : 'completed'
    : cancelled
      ? 'cancelled'
      : time >= step.start
        ? 'running'
        : 'scheduled'
  const shift = run.createdAt + run.pausedMs
  return {
    ...step,
    state,
    round: 0,
    attempt: step.attempts,
    startedAt: time >= step.start ? Math.round(shift + step.start) : null,
    endedAt: ended ? Math.round(shift + step.end) : cancelled ? run.cancelledAt : null,
    worker: step.plugin === 'transform' ? null : 'worker-1',
    error: ended && step.fails ? errorOf(run, step) : null,
    spanId: `${run.seed.toString(16)}${step.task}`.slice(0, 16).padEnd(16, '0'),
  }
}

export function summary(run: FakeRun, now: number) {
  const plan = planOf(run)
  const time = runTime(run, now)
  const end = endsAt(run)
  const failed = plan.find((step) => step.fails)
  const over = time >= end && run.cancelledAt === undefined
  const state =
    run.cancelledAt !== undefined
      ? 'cancelled'
      : over
        ? failed === undefined
          ? 'completed'
          : 'failed'
        : run.pausedAt !== undefined
          ? 'paused'
          : time < 10
            ? 'queued'
            : 'running'
  const done = over ? plan.length : countBefore(plan, time, 'end')
  const begun = over ? plan.length : countBefore(plan, time, 'start')
  const failures = over && failed !== undefined ? 1 : 0
  return {
    id: run.id,
    environment: 'dev',
    playbook: run.playbook,
    version: run.version,
    state,
    trigger: run.trigger,
    startedBy: run.trigger === 'manual' ? 'administrator' : run.trigger,
    createdAt: run.createdAt,
    endedAt: run.cancelledAt ?? (over ? Math.round(run.createdAt + run.pausedMs + end) : null),
    steps: { total: plan.length, completed: done - failures, failed: failures, running: begun - done },
    error: failures > 0 && failed !== undefined ? errorOf(run, failed) : null,
    traceId: run.seed.toString(16).padStart(32, '0'),
  }
}

function countBefore(plan: readonly PlannedStep[], time: number, edge: 'start' | 'end'): number {
  let count = 0
  for (const step of plan) if (step[edge] <= time) count++
  return count
}

export function taskViews(run: FakeRun, now: number) {
  const { state } = summary(run, now)
  const ended = state === 'completed' || state === 'failed' || state === 'cancelled'
  return run.tasks.map((task) => {
    const steps = planOf(run)
      .filter((step) => step.task === task.name)
      .map((step) => stepView(run, step, now))
    const count = (...wanted: string[]) => steps.filter((step) => wanted.includes(step.state)).length
    const failed = steps.find((step) => step.state === 'failed')
    const started = steps.filter((step) => step.startedAt !== null)
    const over = steps.length > 0 && steps.every((step) => step.endedAt !== null)
    const taskState =
      failed !== undefined
        ? 'failed'
        : started.length === 0
          ? ended
            ? 'skipped'
            : 'pending'
          : over
            ? count('cancelled') > 0
              ? 'cancelled'
              : 'completed'
            : 'running'
    return {
      name: task.name,
      state: taskState,
      needs: task.needs,
      when: task.when,
      startedAt: started[0]?.startedAt ?? null,
      endedAt: over ? Math.max(...steps.map((step) => step.endedAt ?? 0)) : null,
      items: task.forEach
        ? { total: task.items, completed: count('completed'), failed: count('failed'), running: count('running') }
        : null,
      steps: task.steps,
      error: failed?.error ?? null,
    }
  })
}

/** Lines written between two moments of the run's time. */
export function logsBetween(run: FakeRun, from: number, to: number) {
  const lines = planOf(run).flatMap((step, index) => {
    const line = (order: number, at: number, severity: string, text: string) => ({
      id: `${String(Math.round(at)).padStart(10, '0')}-${String(index).padStart(6, '0')}-${order}`,
      at: run.createdAt + run.pausedMs + at,
      time: at,
      severity,
      text,
      task: step.task,
      step: step.step,
      item: step.item,
      attempt: step.attempts,
      attributes: { 'span.id': `${index}` },
    })
    const middle = (step.start + step.end) / 2
    const words = step.item < 0 ? '' : ` item ${step.item}`
    return [
      line(0, step.start, 'debug', `${step.plugin} begins${words}`),
      ...(step.attempts > 1
        ? [line(1, middle - 1, 'warn', `503 Service Unavailable, trying again in 500 ms${words}`)]
        : []),
      line(
        2,
        middle,
        'info',
        `${step.task}.${step.step}: read ${((index * 7919) % 9000) + 12} rows, kept ${((index * 7919) % 4000) + 3}${words}`,
      ),
      step.fails
        ? line(
            3,
            step.end,
            'error',
            `Traceback (most recent call last):\n  File "step.py", line 2, in main\nKeyError: 'mag'`,
          )
        : line(3, step.end, 'debug', `${step.plugin} done${words}`),
    ]
  })
  return lines.filter(({ time }) => time > from && time <= to).sort((a, b) => (a.id < b.id ? -1 : 1))
}
