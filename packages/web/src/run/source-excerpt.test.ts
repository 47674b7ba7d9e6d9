import { expect, test } from 'vitest'
import { excerpt, findStepLine } from './source-excerpt.ts'

const text = `apiVersion: millrace.io/v1
metadata: { name: get }
tasks:
  fetch:
    steps:
      - id: get
        plugin: http
  load:
    needs: [fetch]
    steps:
      - plugin: node
        id: check
      - { id: get, plugin: sql }
  page:
    steps: [{ id: call, plugin: http }]
`

test('a step is found however it is written', () => {
  expect(findStepLine(text, 'fetch', 'get')).toBe(6)
  expect(findStepLine(text, 'load', 'check')).toBe(12)
  expect(findStepLine(text, 'page', 'call')).toBe(15)
})

test('the same id in two tasks is two steps', () => {
  expect(findStepLine(text, 'load', 'get')).toBe(13)
})

test('a step that is not there leads to its task, a task that is not there nowhere', () => {
  expect(findStepLine(text, 'load', 'ghost')).toBe(8)
  expect(findStepLine(text, 'load', undefined)).toBe(8)
  expect(findStepLine(text, 'ghost', 'get')).toBeUndefined()
  expect(findStepLine('', 'fetch', 'get')).toBeUndefined()
})

test('an excerpt shows what stands around, within the text', () => {
  expect(excerpt(text, 1, 2).map(({ number, here }) => [number, here])).toEqual([
    [1, true],
    [2, false],
    [3, false],
    [4, false],
  ])
  expect(excerpt('one', 9).length).toBe(0)
})
