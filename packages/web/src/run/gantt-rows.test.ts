import { expect, test } from 'vitest'
import type { RunStep, RunTask } from '../api/run.ts'
import { foldedAbove, ganttRows, stepLabel, stepsByTask } from './gantt-rows.ts'

const task = (name: string): RunTask => ({
  name,
  state: 'running',
  needs: [],
  when: 'completed',
  startedAt: 0,
  endedAt: null,
  items: null,
  steps: [],
  error: null,
})
const step = (taskName: string, item: number, startedAt: number | null): RunStep => ({
  task: taskName,
  item,
  step: 'do',
  plugin: 'http',
  state: 'running',
  round: 0,
  attempt: 1,
  startedAt,
  endedAt: null,
  worker: null,
  error: null,
  spanId: '',
})

test('steps stand under their task in the order they began; those that have not begun come last', () => {
  const byTask = stepsByTask([step('a', 2, null), step('a', 1, 50), step('b', -1, 10), step('a', 0, 20)])
  expect(ganttRows([task('a'), task('b')], byTask, new Map()).map(({ key }) => key)).toEqual([
    'a',
    'a/0/do',
    'a/1/do',
    'a/2/do',
    'b',
    'b/-1/do',
  ])
})

test('a task of many steps begins folded, and opens when asked', () => {
  const many = Array.from({ length: foldedAbove + 1 }, (_, item) => step('a', item, item))
  expect(ganttRows([task('a')], stepsByTask(many), new Map())).toHaveLength(1)
  expect(ganttRows([task('a')], stepsByTask(many), new Map([['a', false]]))).toHaveLength(foldedAbove + 2)
})

test('a task without steps is a row still', () => {
  expect(ganttRows([task('a')], new Map(), new Map())).toHaveLength(1)
  expect(ganttRows([], new Map(), new Map())).toEqual([])
})

test('an item is named by its number', () => {
  expect(stepLabel({ step: 'energy', item: -1 })).toBe('energy')
  expect(stepLabel({ step: 'energy', item: 17 })).toBe('energy 17')
})
