import { expect, test } from 'vitest'
import type { RunDetail, RunStep, StepState } from '../api/run.ts'
import { graphTasks, stepToShow } from './run-graph.ts'
import { stepKey } from './run-model.ts'

const step = (item: number, state: StepState): RunStep => ({
  task: 'score',
  item,
  step: 'energy',
  plugin: 'python',
  state,
  round: 0,
  attempt: 1,
  startedAt: 0,
  endedAt: null,
  worker: null,
  error: null,
  spanId: '',
})
const mapOf = (...steps: RunStep[]) => new Map(steps.map((each) => [stepKey(each), each]))
const run = (state: RunDetail['state'], taskState: 'pending' | 'running'): RunDetail => ({
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
  text: '',
  tasks: [
    {
      name: 'score',
      state: taskState,
      needs: [],
      when: 'completed',
      startedAt: null,
      endedAt: null,
      items: null,
      steps: [{ id: 'energy', plugin: 'python' }],
      error: null,
    },
  ],
})

test('over many items a step shows what needs attention first', () => {
  const [task] = graphTasks({
    run: run('running', 'running'),
    steps: mapOf(step(0, 'completed'), step(1, 'failed'), step(2, 'running')),
  })
  expect(task?.stepStates?.get('energy')).toBe('failed')
})

test('what a run that ended left pending was skipped', () => {
  expect(graphTasks({ run: run('failed', 'pending'), steps: new Map() })[0]?.state).toBe('skipped')
  expect(graphTasks({ run: run('running', 'pending'), steps: new Map() })[0]?.state).toBe('pending')
})

test('a step of the graph opens the item that failed, else the first', () => {
  expect(stepToShow(mapOf(step(0, 'completed'), step(7, 'failed')), 'score', 'energy').item).toBe(7)
  expect(stepToShow(mapOf(step(5, 'completed'), step(2, 'completed')), 'score', 'energy').item).toBe(2)
})

test('a step that has not begun opens by its name', () => {
  expect(stepToShow(new Map(), 'score', 'energy')).toEqual({ task: 'score', step: 'energy', item: -1 })
})
