// Subscriptions alone, with a clock held still: what they gather between two messages, and what they leave out.

import { anonymous } from '@millrace/access'
import type { Dispatch, RunChange, RunDetail, RunStep, RunSummary } from '@millrace/dispatch'
import type { Fact } from '@millrace/playbook'
import { type ManualClock, manualClock } from '@millrace/stdx'
import { expect, test } from 'vitest'
import type { LogLine, Rooms } from '../contract.ts'
import { logLinesPerMessageMax, logLinesWaitingMax, runsPerMessageMax, stepsPerMessageMax } from '../limits.ts'
import type { LiveLogs } from '../resources/live-logs.ts'
import type { GraphContext } from './caller.ts'
import { subscriptionResolvers } from './subscriptions.ts'

interface Stage {
  readonly clock: ManualClock
  tell(change: RunChange): void
  write(lines: readonly LogLine[]): void
  listeners(): number
  open<T>(name: 'runsChanged' | 'runChanged' | 'runLogs'): Promise<AsyncIterator<T>>
}

const detail = {
  id: 'run_1',
  tasks: [{ name: 'each', steps: [{ id: 'say', plugin: 'work' }] }],
} as unknown as RunDetail

function stage(): Stage {
  const clock = manualClock()
  const heard = new Set<(change: RunChange) => void>()
  const lines = new Set<(lines: readonly LogLine[]) => void>()
  const dispatch = {
    follow(_environment: string, _id: string | undefined, hear: (change: RunChange) => void) {
      heard.add(hear)
      return () => heard.delete(hear)
    },
    run: async () => detail,
  } as unknown as Dispatch
  const liveLogs: LiveLogs = {
    async follow(_environment, _runId, hear) {
      lines.add(hear)
      return () => lines.delete(hear)
    },
    close() {},
  }
  const context: GraphContext = {
    rooms: { dispatch, clock } as unknown as Rooms,
    principal: anonymous,
    requestId: 'r',
    signal: new AbortController().signal,
  }
  const resolvers = subscriptionResolvers(liveLogs)
  return {
    clock,
    tell: (change) => heard.forEach((hear) => hear(change)),
    write: (written) => lines.forEach((hear) => hear(written)),
    listeners: () => heard.size + lines.size,
    async open<T>(name: string) {
      const args = { id: 'run_1' } as never
      return (await resolvers[name]?.(undefined as never, args, context, 'dev')) as AsyncIterator<T>
    },
  }
}

const run = (id: string, state = 'running') => ({ id, state }) as unknown as RunSummary

function completed(item: number): Fact {
  const at = { task: 'each', item, step: 'say', round: 0, attempt: 1, fence: 1, at: 5, startedAt: 4 }
  return { ...at, type: 'step.completed', output: { value: 1 } }
}

const line = (n: number) =>
  ({ id: `${n}`, at: n, severity: 'info', text: `line ${n}`, attributes: {} }) as unknown as LogLine

test('a list hears each run once per message, as it was last', async () => {
  const { open, tell, clock } = stage()
  const messages = await open<RunSummary[]>('runsChanged')
  tell({ run: run('a'), facts: [] })
  expect((await messages.next()).value).toEqual([run('a')])
  const next = messages.next()
  for (let i = 0; i < 1000; i++) tell({ run: run('a'), facts: [] })
  tell({ run: run('b'), facts: [] })
  tell({ run: run('a', 'completed'), facts: [] })
  clock.advance(100)
  expect((await next).value).toEqual([run('b'), run('a', 'completed')])
})

test('a list that is not read keeps the newest changes, and no more than a message holds', async () => {
  const { open, tell, clock } = stage()
  const messages = await open<RunSummary[]>('runsChanged')
  for (let i = 0; i < 10_000; i++) tell({ run: run(`run_${i}`), facts: [] })
  clock.advance(100)
  const { value } = await messages.next()
  expect(value).toHaveLength(runsPerMessageMax)
  expect(value.at(-1)).toEqual(run('run_9999'))
})

test('a run is told with the steps that changed since, and says when there were more', async () => {
  const { open, tell, clock } = stage()
  const messages = await open<{ run: RunSummary; steps: RunStep[]; more: boolean }>('runChanged')
  expect((await messages.next()).value).toEqual({ run: detail, steps: [], more: true })
  const next = messages.next()
  tell({ run: run('run_1'), facts: [completed(0), { type: 'task.completed', task: 'each', at: 6 }] })
  tell({ run: run('run_1'), facts: [completed(1), completed(0)] })
  clock.advance(100)
  const { value } = await next
  expect(value).toMatchObject({ more: false, steps: [{ item: 0, state: 'completed', plugin: 'work' }, { item: 1 }] })
  for (let i = 0; i < 5000; i++) tell({ run: run('run_1'), facts: [completed(i)] })
  clock.advance(100)
  const { value: large } = await messages.next()
  expect(large.steps).toHaveLength(stepsPerMessageMax)
  expect(large.more).toBe(true)
})

test('log lines beyond what a slow screen reads are left out, and the gap says how many', async () => {
  const { open, write, clock } = stage()
  const messages = await open<LogLine[]>('runLogs')
  write(Array.from({ length: logLinesWaitingMax + 7 }, (_, i) => line(i)))
  const { value } = await messages.next()
  expect(value[0]).toMatchObject({ severity: 'warn', text: expect.stringMatching(/^7 lines /) })
  expect(value[1]).toEqual(line(7))
  let read = value.length - 1
  while (read < logLinesWaitingMax) {
    const next = messages.next()
    await Promise.resolve()
    clock.advance(100)
    const { value: more } = await next
    expect(more.length).toBeLessThanOrEqual(logLinesPerMessageMax)
    read += more.length
  }
  expect(read).toBe(logLinesWaitingMax)
})

test.each(['runsChanged', 'runChanged', 'runLogs'] as const)('leaving %s leaves nothing behind', async (name) => {
  const { open, listeners } = stage()
  const messages = await open(name)
  expect(listeners()).toBe(1)
  await messages.return?.()
  expect(listeners()).toBe(0)
  expect(await messages.next()).toEqual({ value: undefined, done: true })
})
