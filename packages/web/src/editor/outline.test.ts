import { expect, test } from 'vitest'
import { lineOf, placeAt, readOutline, shownTasks } from './outline.ts'

const outline = {
  name: 'quakes',
  tasks: [
    {
      name: 'fetch',
      line: 5,
      needs: [],
      when: 'completed',
      forEach: false,
      steps: [{ id: 'get', plugin: 'http', line: 7 }],
    },
    {
      name: 'load',
      line: 12,
      needs: ['fetch'],
      when: 'completed',
      forEach: false,
      steps: [
        { id: 'check', plugin: 'node', line: 14 },
        { id: 'write', plugin: 'dataset.write', line: 18 },
      ],
    },
  ],
}

test('a line belongs to the step, or the task, that began last', () => {
  expect(placeAt(outline, 6)).toEqual({ task: 'fetch' })
  expect(placeAt(outline, 9)).toEqual({ task: 'fetch', step: 'get' })
  expect(placeAt(outline, 99)).toEqual({ task: 'load', step: 'write' })
})

test('lines above the tasks belong to none', () => {
  expect(placeAt(outline, 1)).toBeUndefined()
  expect(placeAt({ name: undefined, tasks: [] }, 3)).toBeUndefined()
})

test('a step is found by its name, an unknown step by its task, an unknown task not at all', () => {
  expect(lineOf(outline, 'load', 'write')).toBe(18)
  expect(lineOf(outline, 'load', 'ghost')).toBe(12)
  expect(lineOf(outline, 'load')).toBe(12)
  expect(lineOf(outline, 'ghost')).toBeUndefined()
})

test('a task is marked when a complaint stands within it', () => {
  const shown = shownTasks(outline, [{ code: 'x', message: 'x', line: 16 }])
  expect(shown.map(({ name, faulty }) => [name, faulty])).toEqual([
    ['fetch', false],
    ['load', true],
  ])
})

test('the graph is made out of a text that is half typed', () => {
  const text =
    'metadata: { name: quakes }\ntasks:\n  fetch:\n    steps:\n      - id: get\n        plugin: http\n  load:\n    needs: [fetch'
  expect(readOutline(text).tasks.map(({ name }) => name)).toContain('fetch')
  expect(readOutline('').tasks).toEqual([])
})
