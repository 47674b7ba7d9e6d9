import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileBlob } from '@millrace/blob/file'
import type { Journal } from '@millrace/journal'
import { openMemoryJournal } from '@millrace/journal/memory'
import { decodeRun, encodeReport, type StepRun, subjects } from '@millrace/plugin'
import {
  type Clock,
  type Json,
  MillraceError,
  manualClock,
  quietLogger,
  systemClock,
  systemRandom,
} from '@millrace/stdx'
import { migrate, type Store } from '@millrace/store'
import { openPglite } from '@millrace/store/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDispatch, type Dispatch, dispatchMigrations } from './index.ts'

// The real embedded store and journal; the worker is a few lines that answer as each test wants.

const description = {
  version: '1.0.0',
  summary: '',
  about: '',
  effect: 'pure',
  output: {},
  secrets: [],
  literal: [],
  examples: [],
} as const
const plugins = [
  { ...description, name: 'work', side: 'worker', input: { type: 'object' } },
  { ...description, name: 'transform', side: 'engine', input: { type: 'object', properties: { value: {} } } },
  { ...description, name: 'wait', side: 'engine', input: { type: 'object', properties: { for: { type: 'string' } } } },
] as const

let directory: string
let store: Store
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-dispatch-'))
  store = await openPglite({ directory: join(directory, 'store') })
  await migrate(store, dispatchMigrations)
})
afterAll(async () => {
  await store.close()
  await rm(directory, { recursive: true, force: true })
})

interface House {
  readonly dispatch: Dispatch
  readonly journal: Journal
  stop(): Promise<void>
}

async function house(clock: Clock = systemClock): Promise<House> {
  const journal = openMemoryJournal({ clock })
  await journal.ensureStream({
    name: 'telemetry',
    subjects: ['telemetry.>'],
    storage: 'memory',
    retention: 'limits',
    bytesMax: 1e8,
    recordsMax: 1e5,
    whenFull: 'dropOldest',
  })
  const blob = await openFileBlob({ directory: join(directory, 'blob') })
  const dispatch = createDispatch({
    store,
    journal,
    blob,
    clock,
    random: systemRandom,
    logger: quietLogger,
    plugins,
    env: { HOUSE: 'here' },
  })
  await dispatch.start()
  const stop = async () => {
    await dispatch.stop()
    await journal.close()
  }
  return { dispatch, journal, stop }
}

type Work = (command: StepRun, input: Json) => Json | Promise<Json>

async function employ({ journal }: House, work: Work): Promise<void> {
  await journal.consume(
    { stream: 'command', name: 'worker', batchMax: 100, inFlightMax: 1000, ackWaitMs: 30_000 },
    async (batch, acks) => {
      await Promise.all(
        batch.map(async (delivery) => {
          const command = decodeRun(delivery.body) as StepRun
          const input = 'value' in command.with ? command.with.value : null
          const output = await work(command, input)
          const now = Date.now()
          const body = encodeReport({
            ...command,
            type: 'step.completed',
            output: { value: output },
            worker: 'w',
            at: now,
            startedAt: now,
          })
          await journal.append([{ subject: subjects.report(command.pool, command.plugin, command.runId), body }])
        }),
      )
      await acks.ack(batch)
    },
  )
}

const header = 'apiVersion: millrace.io/v1\nkind: Playbook\n'
const environment = 'dev'

async function runOf(house: House, text: string, inputs = {}) {
  const { name } = await house.dispatch.publish({ environment, text: header + text, by: 'test' })
  return await house.dispatch.startRun({ environment, playbook: name, inputs, trigger: { kind: 'manual' }, by: 'test' })
}

test('a run of worker-side and engine-side steps ends with its outputs', async () => {
  const it = await house()
  await employ(it, (_, input) => ({ got: input }))
  const text = `
metadata: { name: mixed }
inputs: { n: { type: integer, default: 3 } }
tasks:
  a: { steps: [{ id: s, plugin: work, with: { n: "{{ inputs.n }}" } }] }
  b: { needs: [a], steps: [{ id: t, plugin: transform, with: { value: "{{ tasks.a.output.got.n * 2 & env.HOUSE }}" } }] }
outputs: { b: "{{ tasks.b.output }}" }
`
  const { id } = await runOf(it, text)
  const ended = await it.dispatch.ended(environment, id)
  expect(ended.state).toBe('completed')
  const detail = await it.dispatch.run(environment, id)
  expect(detail.outputs).toEqual({ b: '6here' })
  expect(detail.steps).toEqual({ total: 2, completed: 2, failed: 0, running: 0 })
  const steps = await it.dispatch.steps(environment, id, {}, { limit: 10 })
  expect(steps.items.map((step) => `${step.task}.${step.step} ${step.state}`)).toEqual([
    'a.s completed',
    'b.t completed',
  ])
  const step = await it.dispatch.step(environment, id, { task: 'a', item: -1, step: 's' })
  expect(step.input).toEqual({ n: 3 })
  expect(step.output).toEqual({ got: { n: 3 } })
  expect(step.attempts).toHaveLength(1)
  await it.stop()
})

test('the same key starts the same run once, and refuses other inputs', async () => {
  const it = await house()
  const text =
    'metadata: { name: keyed }\ninputs: { n: { type: integer } }\ntasks: { a: { steps: [{ id: t, plugin: transform, with: { value: 1 } }] } }'
  await it.dispatch.publish({ environment, text: header + text, by: 'test' })
  const request = { environment, playbook: 'keyed', trigger: { kind: 'api' }, by: 'test', key: 'k1' } as const
  const [first, second] = await Promise.all([
    it.dispatch.startRun({ ...request, inputs: { n: 1 } }),
    it.dispatch.startRun({ ...request, inputs: { n: 1 } }),
  ])
  expect(second.id).toBe(first.id)
  await expect(it.dispatch.startRun({ ...request, inputs: { n: 2 } })).rejects.toMatchObject({
    code: 'dispatch.run_conflict',
  })
  const { items } = await it.dispatch.runs(environment, { playbook: 'keyed' }, { limit: 10 })
  expect(items).toHaveLength(1)
  await it.stop()
})

test('running again keeps version and inputs, takes others, and is once per key', async () => {
  const it = await house()
  const text =
    'metadata: { name: again }\ninputs: { n: { type: integer } }\ntasks: { a: { steps: [{ id: t, plugin: transform, with: { value: "{{ inputs.n }}" } }] } }\noutputs: { n: "{{ tasks.a.output }}" }'
  const { id } = await runOf(it, text, { n: 1 })
  const outputsOf = async (run: { id: string }) => (await it.dispatch.run(environment, run.id)).outputs
  expect(await outputsOf(await it.dispatch.rerun({ environment, id, by: 'test' }))).toEqual({ n: 1 })
  const other = { environment, id, by: 'test', inputs: { n: 2 }, key: 'again-2' }
  const [one, two] = [await it.dispatch.rerun(other), await it.dispatch.rerun(other)]
  expect(two.id).toBe(one.id)
  expect(await outputsOf(one)).toEqual({ n: 2 })
  await expect(it.dispatch.rerun({ ...other, inputs: { n: 3 } })).rejects.toMatchObject({
    code: 'dispatch.run_conflict',
  })
  await expect(it.dispatch.rerun({ ...other, id: 'run_absent' })).rejects.toMatchObject({
    code: 'dispatch.run_not_found',
  })
  await it.stop()
})

test('publishing the same text is the same version, other text the next', async () => {
  const it = await house()
  const text = (value: number) =>
    `${header}metadata: { name: versions }\ntasks: { a: { steps: [{ id: t, plugin: transform, with: { value: ${value} } }] } }`
  const publish = (value: number) => it.dispatch.publish({ environment, text: text(value), by: 'test' })
  expect((await publish(1)).version).toBe(1)
  expect((await publish(1)).version).toBe(1)
  expect((await publish(2)).version).toBe(2)
  expect((await publish(1)).version).toBe(3)
  const { items } = await it.dispatch.versions(environment, 'versions', { limit: 2 })
  expect(items.map((version) => version.version)).toEqual([3, 2])
  await it.stop()
})

test('a restart goes on with runs in flight, and refuses what the old hand-out says', async () => {
  const first = await house()
  const { id } = await runOf(
    first,
    'metadata: { name: survives }\ntasks: { a: { steps: [{ id: s, plugin: work, with: {} }] } }\noutputs: { a: "{{ tasks.a.output }}" }',
  )
  await first.stop()
  const second = await house()
  await employ(second, (command) => ({ fence: command.fence }))
  const ended = await second.dispatch.ended(environment, id)
  expect(ended.state).toBe('completed')
  expect((await second.dispatch.run(environment, id)).outputs).toEqual({ a: { fence: 2 } })
  await second.stop()
})

test('a run that waits for time goes on after a restart, when the time has come', async () => {
  const first = await house()
  const { id } = await runOf(
    first,
    'metadata: { name: patient }\ntasks: { a: { steps: [{ id: w, plugin: wait, with: { for: 1s } }] } }',
  )
  await first.stop()
  const second = await house()
  const ended = await second.dispatch.ended(environment, id, AbortSignal.timeout(10_000))
  expect(ended.state).toBe('completed')
  await second.stop()
})

test('many runs at once share commits and all end', async () => {
  const it = await house()
  await employ(it, (_, input) => input)
  const text =
    'metadata: { name: many }\ninputs: { n: { type: integer } }\ntasks: { a: { steps: [{ id: s, plugin: work, with: { n: "{{ inputs.n }}" } }] } }\noutputs: { n: "{{ tasks.a.output.n }}" }'
  await it.dispatch.publish({ environment, text: header + text, by: 'test' })
  const all = await Promise.all(
    Array.from({ length: 300 }, async (_, n) => {
      const run = await it.dispatch.startRun({
        environment,
        playbook: 'many',
        inputs: { n },
        trigger: { kind: 'api' },
        by: 'test',
      })
      await it.dispatch.ended(environment, run.id)
      return (await it.dispatch.run(environment, run.id)).outputs
    }),
  )
  expect(all).toEqual(Array.from({ length: 300 }, (_, n) => ({ n })))
  await it.stop()
})

test('outputs above the inline limit travel by reference and come back whole', async () => {
  const it = await house()
  const text = `
metadata: { name: large }
tasks:
  a: { steps: [{ id: t, plugin: transform, with: { value: "{{ [1..20000] }}" } }] }
  b: { needs: [a], steps: [{ id: t, plugin: transform, with: { value: "{{ $sum(tasks.a.output) }}" } }] }
outputs: { sum: "{{ tasks.b.output }}" }
`
  const { id } = await runOf(it, text)
  await it.dispatch.ended(environment, id)
  expect((await it.dispatch.run(environment, id)).outputs).toEqual({ sum: 200_010_000 })
  await it.stop()
})

test('cancel ends a run and its steps at once', async () => {
  const it = await house()
  const { id } = await runOf(
    it,
    'metadata: { name: cancelled }\ntasks: { a: { steps: [{ id: w, plugin: wait, with: { for: 1h } }] } }',
  )
  expect((await it.dispatch.cancel(environment, id, 'test', 'enough')).state).toBe('cancelled')
  await expect(it.dispatch.cancel(environment, id, 'test')).rejects.toMatchObject({ code: 'dispatch.run_ended' })
  await it.stop()
})

test('what is wrong is refused with its code, and nothing is started', async () => {
  const it = await house()
  const start = (playbook: string, inputs: Record<string, Json>) =>
    it.dispatch.startRun({ environment, playbook, inputs, trigger: { kind: 'manual' }, by: 'test' })
  await expect(start('absent', {})).rejects.toMatchObject({ code: 'dispatch.playbook_not_found' })
  const text =
    'metadata: { name: strict }\ninputs: { n: { type: integer } }\ntasks: { a: { steps: [{ id: t, plugin: transform, with: { value: 1 } }] } }'
  await it.dispatch.publish({ environment, text: header + text, by: 'test' })
  await expect(start('strict', {})).rejects.toBeInstanceOf(MillraceError)
  await expect(start('strict', { n: 'x' })).rejects.toMatchObject({ kind: 'invalid' })
  await expect(start('strict', { n: 1, m: 2 })).rejects.toMatchObject({ kind: 'invalid' })
  await expect(start('strict', { n: 1, huge: 'x'.repeat(2_000_000) })).rejects.toMatchObject({ kind: 'invalid' })
  await expect(it.dispatch.run(environment, 'run_nothing')).rejects.toMatchObject({ code: 'dispatch.run_not_found' })
  await expect(it.dispatch.runs(environment, {}, { limit: 5, cursor: '%%%' })).rejects.toMatchObject({
    code: 'dispatch.cursor_invalid',
  })
  await expect(
    it.dispatch.publish({ environment, text: `${header}metadata: { name: x }`, by: 'test' }),
  ).rejects.toMatchObject({ code: 'playbook.invalid' })
  expect((await it.dispatch.runs(environment, { playbook: 'strict' }, { limit: 5 })).items).toHaveLength(0)
  await it.stop()
})

test('followers hear what was committed, in order', async () => {
  const it = await house()
  await employ(it, () => null)
  const heard: string[] = []
  const stop = it.dispatch.follow(environment, undefined, ({ facts }) => heard.push(...facts.map((fact) => fact.type)))
  const { id } = await runOf(
    it,
    'metadata: { name: followed }\ntasks: { a: { steps: [{ id: s, plugin: work, with: {} }] } }',
  )
  await it.dispatch.ended(environment, id)
  stop()
  expect(heard).toEqual([
    'run.created',
    'task.started',
    'step.scheduled',
    'step.completed',
    'task.completed',
    'run.completed',
  ])
  await it.stop()
})

test('a worker that falls silent loses its call, and its late answer is refused', async () => {
  const clock = manualClock(Date.now())
  const it = await house(clock)
  const commands: StepRun[] = []
  const report = async (command: StepRun, type: 'step.started' | 'step.completed', output: Json = null) => {
    const at = clock.now()
    const said = { ...command, worker: `w${command.fence}`, at, startedAt: at }
    const body = encodeReport(
      type === 'step.started' ? { ...said, type } : { ...said, type, output: { value: output } },
    )
    await it.journal.append([{ subject: subjects.report(command.pool, command.plugin, command.runId), body }])
  }
  const arrived = (count: number) => expect.poll(() => commands.length, { interval: 5 }).toBe(count)
  const options = { stream: 'command', name: 'worker', batchMax: 1, inFlightMax: 10, ackWaitMs: 3_600_000 }
  await it.journal.consume(options, async (batch, acks) => {
    for (const delivery of batch) commands.push(decodeRun(delivery.body) as StepRun)
    await acks.ack(batch)
  })
  const text =
    'metadata: { name: silent }\ntasks: { a: { steps: [{ id: s, plugin: work, with: {} }] } }\noutputs: { a: "{{ tasks.a.output }}" }'
  const { id } = await runOf(it, text)
  await arrived(1)
  await report(commands[0] as StepRun, 'step.started')
  const stateOf = async () => (await it.dispatch.steps(environment, id, {}, { limit: 1 })).items[0]?.state
  await expect.poll(stateOf, { interval: 5 }).toBe('running')
  clock.advance(60_000)
  await arrived(2)
  expect(commands.map((command) => command.fence)).toEqual([1, 2])
  expect(commands[1]?.idempotencyKey).toBe(commands[0]?.idempotencyKey)
  await report(commands[0] as StepRun, 'step.completed', 'late')
  await report(commands[1] as StepRun, 'step.completed', 'in time')
  await it.dispatch.ended(environment, id)
  expect((await it.dispatch.run(environment, id)).outputs).toEqual({ a: 'in time' })
  await it.stop()
})

test('ten thousand items fan out, come back in order, and never more at once than asked', async () => {
  const it = await house()
  let out = 0
  let outMax = 0
  await employ(it, async (_, input) => {
    outMax = Math.max(outMax, ++out)
    await Promise.resolve()
    out--
    return (input as { n: number }).n
  })
  const text =
    'metadata: { name: wide }\ntasks: { a: { forEach: { in: "{{ [1..10000] }}", as: n, concurrency: 50 }, steps: [{ id: s, plugin: work, with: { n: "{{ n }}" } }] } }\noutputs: { all: "{{ tasks.a.output }}" }'
  const { id } = await runOf(it, text)
  await it.dispatch.ended(environment, id)
  const { outputs, steps } = await it.dispatch.run(environment, id)
  expect(outputs).toEqual({ all: Array.from({ length: 10_000 }, (_, i) => i + 1) })
  expect(steps).toEqual({ total: 10_000, completed: 10_000, failed: 0, running: 0 })
  expect(outMax).toBeLessThanOrEqual(50)
  let pages = 0
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined, pages++) {
    cursor = (await it.dispatch.steps(environment, id, {}, { limit: 500, ...(cursor === undefined ? {} : { cursor }) }))
      .next
  }
  expect(pages).toBe(20)
  await it.stop()
})

test('of two dispatchers that both believe they keep a run, one decides', async () => {
  const one = await house()
  const { id } = await runOf(
    one,
    'metadata: { name: contested }\ntasks: { a: { steps: [{ id: w, plugin: wait, with: { for: 1h } }] } }',
  )
  // Recovers the same run, as a second process would that wrongly believes the first is gone.
  const two = await house()
  const ends = await Promise.allSettled([
    one.dispatch.cancel(environment, id, 'one'),
    two.dispatch.cancel(environment, id, 'two'),
  ])
  expect(ends.some((end) => end.status === 'fulfilled' && end.value.state === 'cancelled')).toBe(true)
  const rows = await store.query<{ facts: string }>(
    'SELECT facts FROM dispatch.history WHERE run_id = $1 ORDER BY seq',
    [id],
  )
  const types = rows.flatMap((row) => (JSON.parse(row.facts) as { type: string }[]).map((fact) => fact.type))
  expect(types.filter((type) => type === 'run.cancelled')).toHaveLength(1)
  expect(types.at(-1)).toBe('run.cancelled')
  await one.stop()
  await two.stop()
})
