import type { CallContext, Json, Platform } from '@millrace/plugin'
import { expect, test } from 'vitest'
import { plugin } from './index.ts'

type Request = Parameters<Platform['datasetWrite']>[0]
type Counts = Awaited<ReturnType<Platform['datasetWrite']>>

/** What the worker lends: a platform that stores everything, unless it is told to answer otherwise. */
function lent(
  answer: (request: Request) => Counts = ({ events }) => ({ stored: events.length, rejected: 0, duplicate: 0 }),
) {
  const requests: Request[] = []
  const lines: string[] = []
  const part: Partial<CallContext> = {
    environment: 'dev',
    idempotencyKey: 'run_1/load/-1/write/0',
    signal: new AbortController().signal,
    log: (severity, text) => void lines.push(`${severity}: ${text}`),
    platform: {
      async datasetWrite(request: Request) {
        requests.push(request)
        return answer(request)
      },
    } as Partial<Platform> as Platform,
  }
  return { requests, lines, context: part as CallContext }
}

test('events are handed over with schema, environment and a token', async () => {
  const { context, requests, lines } = lent()
  const schema = { type: 'object' }
  const output = await plugin.call({ dataset: 'quakes', events: [{ id: 1 }, { id: 2 }], schema }, context)
  expect(output).toEqual({ stored: 2, rejected: 0, duplicate: 0 })
  expect(requests).toEqual([
    { environment: 'dev', dataset: 'quakes', schema, events: [{ id: 1 }, { id: 2 }], token: 'run_1/load/-1/write/0/0' },
  ])
  expect(lines).toEqual(['info: quakes: 2 stored, 0 rejected, 0 duplicate'])
})

test('one object is one event', async () => {
  const { context, requests } = lent()
  expect(await plugin.call({ dataset: 'quakes', events: { id: 1 } }, context)).toMatchObject({ stored: 1 })
  expect(requests[0]?.events).toEqual([{ id: 1 }])
})

test('no events are no trouble; with a schema the dataset is still asked for', async () => {
  const without = lent()
  expect(await plugin.call({ dataset: 'quakes', events: [] }, without.context)).toEqual({
    stored: 0,
    rejected: 0,
    duplicate: 0,
  })
  expect(without.requests).toEqual([])
  const withSchema = lent()
  await plugin.call({ dataset: 'quakes', events: [], schema: { type: 'object' } }, withSchema.context)
  expect(withSchema.requests).toHaveLength(1)
})

test('many events go in batches, each with a token that is the same next time', async () => {
  const events: Json[] = Array.from({ length: 25_001 }, (_, id) => ({ id }))
  const first = lent()
  const again = lent()
  expect(await plugin.call({ dataset: 'quakes', events }, first.context)).toEqual({
    stored: 25_001,
    rejected: 0,
    duplicate: 0,
  })
  await plugin.call({ dataset: 'quakes', events }, again.context)
  expect(first.requests.map(({ events }) => events.length)).toEqual([10_000, 10_000, 5_001])
  expect(new Set(first.requests.map(({ token }) => token)).size).toBe(3)
  expect(again.requests.map(({ token }) => token)).toEqual(first.requests.map(({ token }) => token))
  expect(first.requests.flatMap(({ events }) => events)).toEqual(events)
})

test('rejects are told; with onReject fail they fail the step, once', async () => {
  const answer = ({ events }: Request) => ({ stored: events.length - 2, rejected: 1, duplicate: 1 })
  const events = [{}, {}, {}]
  const kept = lent(answer)
  expect(await plugin.call({ dataset: 'orders', events }, kept.context)).toEqual({
    stored: 1,
    rejected: 1,
    duplicate: 1,
  })
  expect(kept.lines).toEqual(['warn: orders: 1 stored, 1 rejected, 1 duplicate'])
  await expect(
    plugin.call({ dataset: 'orders', events, onReject: 'fail' }, lent(answer).context),
  ).rejects.toMatchObject({
    code: 'plugin.dataset_rejected',
    retryable: false,
    message: 'orders rejected 1 of 3 events; the others are stored. See its rejects for the reasons.',
    details: { stored: 1, rejected: 1, duplicate: 1 },
  })
})

test('an event that nobody accounts for is a fault of the platform', async () => {
  const { context } = lent(() => ({ stored: 1, rejected: 0, duplicate: 0 }))
  await expect(plugin.call({ dataset: 'orders', events: [{}, {}] }, context)).rejects.toMatchObject({
    code: 'plugin.broken',
  })
})

test('a cancelled step hands nothing more over', async () => {
  const controller = new AbortController()
  const { context, requests } = lent(({ events }) => {
    controller.abort(new Error('the step was cancelled'))
    return { stored: events.length, rejected: 0, duplicate: 0 }
  })
  const events: Json[] = Array.from({ length: 10_001 }, (_, id) => ({ id }))
  const writing = plugin.call({ dataset: 'orders', events }, { ...context, signal: controller.signal })
  await expect(writing).rejects.toThrow('the step was cancelled')
  expect(requests).toHaveLength(1)
})
