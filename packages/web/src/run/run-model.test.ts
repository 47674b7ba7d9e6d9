import { expect, test } from 'vitest'
import type { RunChange, RunDetail, RunStep, StepState } from '../api/run.ts'
import type { RunState } from '../api/runs.ts'
import { hearChanges, isLater, mergeRun, mergeSteps, stepKey } from './run-model.ts'

const step = (item: number, state: StepState, attempt = 1, round = 0): RunStep => ({
  task: 'score',
  item,
  step: 'energy',
  plugin: 'python',
  state,
  round,
  attempt,
  startedAt: 1,
  endedAt: null,
  worker: null,
  error: null,
  spanId: '',
})
const run = (state: RunState): RunDetail => ({
  id: 'run_1',
  environment: 'dev',
  playbook: 'quakes',
  version: 1,
  state,
  trigger: 'manual',
  startedBy: 'ada',
  createdAt: 0,
  endedAt: null,
  steps: { total: 1, completed: 0, failed: 0, running: 0 },
  error: null,
  traceId: '',
  inputs: {},
  outputs: null,
  tasks: [],
  text: '',
})
const change = (state: RunState, steps: RunStep[]): RunChange => ({
  run: { ...run(state), tasks: [] },
  steps,
  more: false,
})

test('a page that arrives after a change does not undo it', () => {
  const changed = mergeSteps(new Map(), [step(0, 'completed')])
  expect(mergeSteps(changed, [step(0, 'running')]).get('score/0/energy')?.state).toBe('completed')
})

test('the next attempt, and the next round, are later whatever came before', () => {
  expect(isLater(step(0, 'running', 2), step(0, 'failed', 1))).toBe(true)
  expect(isLater(step(0, 'failed', 1), step(0, 'running', 2))).toBe(false)
  expect(isLater(step(0, 'scheduled', 1, 1), step(0, 'completed', 3, 0))).toBe(true)
})

test('an ended run does not go on because of a late message', () => {
  expect(mergeRun(run('failed'), run('running')).state).toBe('failed')
  expect(mergeRun(run('running'), run('failed')).state).toBe('failed')
})

test('many changes of one frame are one change', () => {
  const model = { run: run('running'), steps: new Map() }
  const after = hearChanges(model, [
    change('running', [step(0, 'running')]),
    change('running', [step(0, 'completed'), step(1, 'running')]),
    change('completed', [step(1, 'completed')]),
  ])
  expect(after.run.state).toBe('completed')
  expect([...after.steps.values()].map(({ state }) => state)).toEqual(['completed', 'completed'])
})

test('nothing changed is the same map', () => {
  const steps = new Map([[stepKey(step(0, 'running')), step(0, 'running')]])
  expect(mergeSteps(steps, [])).toBe(steps)
})
