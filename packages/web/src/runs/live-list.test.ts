import { expect, test } from 'vitest'
import type { Run, RunState } from '../api/runs.ts'
import { emptyLiveList, fits, hearRuns, reveal, rowsOf } from './live-list.ts'

const run = (id: string, createdAt: number, state: RunState = 'running', playbook = 'quakes'): Run => ({
  id,
  environment: 'dev',
  playbook,
  version: 1,
  state,
  trigger: 'manual',
  startedBy: 'ada',
  createdAt,
  endedAt: null,
  steps: { total: 1, completed: 0, failed: 0, running: 1 },
  error: null,
  traceId: '',
})

const pages = [run('b', 20), run('a', 10)]
const options = { known: new Set(['a', 'b']), newestAt: 20, filter: {}, follow: false }

test('a change of a listed run changes its row in place', () => {
  const list = hearRuns(emptyLiveList, [run('a', 10, 'completed')], options)
  expect(rowsOf(list, pages).map(({ id, state }) => `${id} ${state}`)).toEqual(['b running', 'a completed'])
})

test('a new run waits behind the bar and moves nothing', () => {
  const list = hearRuns(emptyLiveList, [run('c', 30)], options)
  expect(list.waiting).toEqual(['c'])
  expect(rowsOf(list, pages)).toHaveLength(2)
})

test('revealed, new runs stand on top, newest first', () => {
  const list = reveal(hearRuns(emptyLiveList, [run('c', 30), run('d', 40)], options))
  expect(rowsOf(list, pages).map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a'])
  expect(list.waiting).toEqual([])
})

test('who follows sees new runs at once', () => {
  const list = hearRuns(emptyLiveList, [run('c', 30)], { ...options, follow: true })
  expect(rowsOf(list, pages).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
})

test('a waiting run that changes again waits once, at its latest', () => {
  const first = hearRuns(emptyLiveList, [run('c', 30)], options)
  const list = reveal(hearRuns(first, [run('c', 30, 'failed')], options))
  expect(rowsOf(list, pages).map(({ id, state }) => `${id} ${state}`)).toEqual(['c failed', 'b running', 'a running'])
})

test('a run that the filter leaves out, or that is older than the page, is not new', () => {
  const filtered = hearRuns(emptyLiveList, [run('c', 30, 'running', 'other')], {
    ...options,
    filter: { playbook: 'quakes' },
  })
  expect(filtered.waiting).toEqual([])
  expect(hearRuns(emptyLiveList, [run('old', 5)], options).waiting).toEqual([])
})

test('the filter means what the server means by it', () => {
  expect(fits(run('run_ABC', 1), { search: 'abc' })).toBe(true)
  expect(fits(run('run_ABC', 1), { search: 'quak' })).toBe(true)
  expect(fits(run('run_ABC', 1), { search: 'zzz' })).toBe(false)
  expect(fits(run('x', 1, 'failed'), { states: ['running'] })).toBe(false)
})
