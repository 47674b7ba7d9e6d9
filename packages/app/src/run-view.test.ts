import { expect, test } from 'vitest'
import { logText, type RunJson, type StepJson, treeLines } from './run-view.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString()
const run: RunJson = {
  id: 'run_1',
  playbook: 'quakes',
  version: 2,
  state: 'running',
  createdAt: at(0),
  endedAt: at(9),
  steps: { total: 3, completed: 1, failed: 0 },
  tasks: [
    { name: 'fetch', state: 'completed', startedAt: at(0), endedAt: at(3), steps: [{ id: 'get', plugin: 'http' }] },
    {
      name: 'score',
      state: 'running',
      startedAt: at(3),
      endedAt: at(9),
      items: { total: 7, completed: 2, failed: 1 },
      steps: [{ id: 'energy', plugin: 'python' }],
    },
  ],
}
const steps: StepJson[] = [
  { task: 'fetch', item: -1, step: 'get', state: 'completed', attempt: 2, startedAt: at(1), endedAt: at(3) },
]

test('a tree shows tasks with their times, steps below them, and items counted', () => {
  expect(treeLines(run, steps)).toEqual([
    '▸ quakes v2  running  9s  run_1',
    '├ ✓ fetch     completed       3s',
    '│ ✓   get     completed       2s  http  attempt 2',
    '└ ▸ score     running         6s  3/7 items',
    '      energy',
  ])
})

test('a step that has not begun is pending, and has no time', () => {
  expect(treeLines(run, [])[2]).toBe('│ ·   get     pending             http')
})

test('a log line says where it comes from, and cannot steer the terminal', () => {
  const line = { at: at(1), severity: 'info', text: 'a\u001b[2Jb', task: 'score', step: 'energy', item: 3 }
  expect(logText(line)).toBe('00:00:01.000 score.energy.#3 ab')
  expect(logText({ ...line, item: -1, text: 'x' })).toBe('00:00:01.000 score.energy x')
})
