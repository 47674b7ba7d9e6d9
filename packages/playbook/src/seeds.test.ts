// Ten thousand lives of a run: reports that are repeated, delayed, reordered and lost, workers that fall silent, processes
// that die and fold again. Whatever happens, every run ends, every call has one outcome, and the outputs are right.

import { type Json, type Random, seededRandom } from '@millrace/stdx'
import { expect, test } from 'vitest'
import { hash32 } from './hash.ts'
import {
  addressesOut,
  advance,
  answer,
  dueAt,
  emit,
  evolve,
  type Fact,
  isAwaited,
  isEnded,
  newRun,
  newTurn,
  type Playbook,
  parse,
  type Report,
  type Run,
  type StepAddress,
} from './index.ts'
import { decide } from './testdata/decide.ts'
import { testPlugins } from './testdata/run-script.ts'

const header = 'apiVersion: millrace.io/v1\nkind: Playbook\n'

function playbookOf(text: string): Playbook {
  const { playbook, complaints } = parse(header + text, { plugins: testPlugins })
  if (playbook === undefined) throw new Error(JSON.stringify(complaints))
  return playbook
}

/** What each must yield, whatever the order of things; undefined where failures decide. */
const lives: readonly { readonly playbook: Playbook; readonly outputs: Json | undefined; readonly failing: number }[] =
  [
    {
      failing: 0,
      outputs: { all: [0, 1, 2, 3, 4, 5, 6] },
      playbook: playbookOf(`
metadata: { name: each }
tasks:
  each:
    forEach: { in: "{{ [0..6] }}", as: it, concurrency: 3 }
    steps:
      - { id: a, plugin: work, with: { give: "{{ it }}" } }
      - { id: b, plugin: work, with: { give: "{{ steps.a.output }}" } }
outputs: { all: "{{ tasks.each.output }}" }
`),
    },
    {
      failing: 0.3,
      outputs: undefined,
      playbook: playbookOf(`
metadata: { name: graph }
tasks:
  a: { steps: [{ id: s, plugin: work, with: { give: 1 }, retry: { attempts: 2, delay: 1s } }] }
  b: { needs: [a], steps: [{ id: s, plugin: work, with: { give: 2 }, onError: continue }] }
  c: { needs: [a], when: failed, steps: [{ id: s, plugin: work, with: { give: 3 } }] }
  d: { needs: [b, c], when: always, steps: [{ id: s, plugin: transform, with: { value: 4 } }, { id: w, plugin: wait, with: { for: 5s } }] }
`),
    },
    {
      failing: 0.2,
      outputs: undefined,
      playbook: playbookOf(`
metadata: { name: rounds }
tasks:
  pages:
    steps:
      - { id: p, plugin: work, with: { page: 0 }, paginate: { next: "{{ output.next }}", into: page, pagesMax: 9 }, retry: { attempts: 4, delay: 10ms } }
  poll:
    timeout: 1h
    steps:
      - { id: r, plugin: work, with: { give: 5 }, repeat: { until: "{{ output = 5 }}", delay: 1s, timesMax: 2 }, onError: continue }
`),
    },
  ]

interface Life {
  run: Run
  readonly facts: Fact[]
  readonly random: Random
  readonly failing: number
  now: number
  /** Reports on their way, in any order. */
  mail: Report[]
}

const keyOf = (at: StepAddress) => `${at.task}/${at.item}/${at.step}/${at.round}/${at.attempt}`

/** What the worker answers to a call: the same each time it is asked, as an idempotent plugin would. */
function worked(life: Life, at: StepAddress, given: Json): Report {
  const address = { task: at.task, item: at.item, step: at.step, round: at.round, attempt: at.attempt, fence: at.fence }
  const chance = (hash32(`${life.run.seq}/${keyOf(at)}`) % 1000) / 1000
  if (chance < life.failing) {
    const error = { code: 'test.failed', message: 'It failed.', retryable: chance < life.failing / 2 }
    return { ...address, type: 'step.failed', error, tookMs: 1, worker: 'w' }
  }
  const { give, page } = given as { give?: Json; page?: number }
  const output: Json = page === undefined ? (give ?? null) : page < 3 ? { next: page + 1 } : {}
  return { ...address, type: 'step.completed', output: { value: output }, tookMs: 1, worker: 'w' }
}

async function turn(life: Life, change: (it: ReturnType<typeof newTurn>) => Promise<void> | void): Promise<void> {
  const it = newTurn(life.run, life.now, life.random)
  await change(it)
  await decide(life.run, advance(it))
  life.facts.push(...it.facts)
  for (const fact of it.facts) {
    if (fact.type !== 'step.scheduled' && fact.type !== 'step.reissued') continue
    const scheduled = life.facts.findLast((known) => known.type === 'step.scheduled' && keyOf(known) === keyOf(fact))
    const given = scheduled?.type === 'step.scheduled' && 'value' in scheduled.with ? scheduled.with.value : {}
    life.mail.push(worked(life, fact, given))
  }
}

function takeAny<T>(items: T[], random: Random): T | undefined {
  return items.splice(Math.floor(random.next() * items.length), 1)[0]
}

/** One thing happens. */
async function live(life: Life): Promise<void> {
  const what = life.random.next()
  if (what < 0.55) {
    const report = takeAny(life.mail, life.random)
    if (report === undefined) return
    if (life.random.next() < 0.2) life.mail.push(report)
    if (life.random.next() < 0.1) return
    await turn(life, async (it) => void (await decide(life.run, answer(it, report))))
  } else if (what < 0.65) {
    const lost = takeAny([...addressesOut(life.run)], life.random)
    if (lost !== undefined)
      await turn(life, (it) => emit(it, { type: 'step.reissued', ...lost, fence: lost.fence + 1 }))
  } else if (what < 0.7) {
    // The process dies: the state is gone, the facts are not, and calls that were out are handed out again.
    life.run = life.facts.reduce(evolve, newRun(life.run.id, life.run.playbook))
    await turn(life, (it) => {
      for (const at of addressesOut(life.run)) emit(it, { type: 'step.reissued', ...at, fence: at.fence + 1 })
    })
  } else if (what < 0.75) {
    await turn(life, (it) =>
      emit(it, life.run.phase === 'paused' ? { type: 'run.resumed', by: 't' } : { type: 'run.paused', by: 't' }),
    )
  } else {
    life.now = Math.max(life.now + 1, Math.min(dueAt(life.run) ?? life.now, life.now + 5000))
    await turn(life, () => {})
  }
}

/** Written apart from the engine, over nothing but facts. */
function check(facts: readonly Fact[], playbook: Playbook): void {
  const outcomes = new Map<string, number>()
  const open = new Map<string, Set<number>>()
  const fences = new Map<string, number>()
  for (const fact of facts) {
    if (fact.type === 'step.scheduled' || fact.type === 'step.reissued') fences.set(keyOf(fact), fact.fence)
    if (fact.type === 'step.completed' || fact.type === 'step.failed' || fact.type === 'step.cancelled') {
      // Only the latest hand-out may answer.
      expect(fact.fence).toBe(fences.get(keyOf(fact)) ?? fact.fence)
      outcomes.set(keyOf(fact), (outcomes.get(keyOf(fact)) ?? 0) + 1)
    }
    if (fact.type === 'step.scheduled') {
      const items = open.get(fact.task) ?? new Set()
      open.set(fact.task, items.add(fact.item))
      expect(items.size).toBeLessThanOrEqual(playbook.tasks.get(fact.task)?.forEach?.concurrency ?? 1)
    }
    const last = 'task' in fact && 'step' in fact && playbook.tasks.get(fact.task ?? '')?.steps.at(-1)?.id === fact.step
    if (fact.type === 'step.failed' && fact.retryAt === undefined) open.get(fact.task)?.delete(fact.item)
    if (fact.type === 'step.completed' && last && fact.more === undefined) open.get(fact.task)?.delete(fact.item)
  }
  for (const [call, count] of outcomes) expect(`${call} ${count}`).toBe(`${call} 1`)
  const ends = facts.filter((fact) => /^run\.(completed|failed|cancelled)$/.test(fact.type))
  expect(ends).toHaveLength(1)
  expect(facts.at(-1)).toBe(ends[0])
}

async function liveOnce(seed: number): Promise<void> {
  const { playbook, outputs, failing } = lives[seed % lives.length] as (typeof lives)[number]
  const now = Date.UTC(2026, 0, 1)
  const run = newRun('run_01JZZZZZZZZZZZZZZZZZZZZZZZ', playbook)
  const life: Life = { run, facts: [], random: seededRandom(seed), failing, now, mail: [] }
  await turn(life, (it) =>
    emit(it, {
      type: 'run.created',
      playbook: playbook.name,
      version: 1,
      inputs: {},
      trigger: { kind: 'manual' },
      env: {},
      by: 't',
    }),
  )
  for (let things = 0; !isEnded(life.run); things++) {
    if (things > 5000) throw new Error(`seed ${seed}: the run never ends`)
    await live(life)
  }
  // Late mail changes nothing.
  const before = life.facts.length
  for (const report of life.mail) {
    expect(isAwaited(life.run, report)).toBe(false)
    await turn(life, async (it) => void (await decide(life.run, answer(it, report))))
  }
  expect(life.facts).toHaveLength(before)
  check(life.facts, playbook)
  if (outputs !== undefined) {
    expect(life.run.outputs).toEqual({ value: outputs })
  }
}

const seeds = Number(process.env['SEEDS'] ?? 10_000)
const only = process.env['SEED']

test(`${seeds} lives of a run end as they must`, { timeout: 300_000 }, async () => {
  if (only !== undefined) return await liveOnce(Number(only))
  for (let seed = 0; seed < seeds; seed++) {
    await liveOnce(seed).catch((cause: Error) => {
      throw new Error(`SEED=${seed}: ${cause.message}`, { cause })
    })
  }
})
