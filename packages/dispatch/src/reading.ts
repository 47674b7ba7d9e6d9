// A run folded for whoever looks at it: from the turn that holds it, from what was kept, or from its facts.

import { evolve, isEnded, newRun, type Run } from '@millrace/playbook'
import type { Store } from '@millrace/store'
import type { Answers } from './answers.ts'
import type { Catalogue } from './catalogue.ts'
import type { Dispatch, RunSummary } from './contract.ts'
import type { Ledger } from './ledger.ts'
import type { Lru } from './lru.ts'
import { countRuns, listRuns, oneRun } from './run-list.ts'
import { summaryOf } from './summary.ts'
import type { Turns } from './turns.ts'
import { stepDetail, stepsOf, tasksOf } from './views.ts'

export interface Reading {
  readonly store: Store
  readonly ledger: Ledger
  readonly catalogue: Catalogue
  readonly turns: Turns
  readonly answers: Answers
  readonly ended: Lru<Run>
}

export async function foldedRun(
  reading: Reading,
  environment: string,
  id: string,
): Promise<{ run: Run; summary: RunSummary }> {
  const { store, ledger, catalogue, turns, ended } = reading
  const summary = await oneRun(store, environment, id)
  const known = turns.actor(id)?.run ?? ended.get(id)
  if (known !== undefined) return { run: known, summary: summaryOf(known, environment) }
  const { playbook } = await catalogue.parsed(environment, summary.playbook, summary.version)
  const run = newRun(id, playbook)
  for (const fact of await ledger.load(id)) evolve(run, fact)
  if (isEnded(run)) ended.set(id, run)
  return { run, summary }
}

type Readings = Pick<Dispatch, 'runs' | 'runCounts' | 'run' | 'steps' | 'step' | 'fetch'>

export function readings(reading: Reading): Readings {
  const { store, ledger, answers } = reading
  return {
    runs: (environment, filter, page) => listRuns(store, environment, filter, page),
    runCounts: (environment, playbook) => countRuns(store, environment, playbook),
    async run(environment, id) {
      const { run, summary } = await foldedRun(reading, environment, id)
      const outputs = run.outputs === undefined ? undefined : await answers.fetch(run.outputs)
      return { ...summary, inputs: run.inputs, outputs, tasks: tasksOf(run) }
    },
    async steps(environment, id, filter, page) {
      return stepsOf((await foldedRun(reading, environment, id)).run, filter, page)
    },
    async step(environment, id, at) {
      const { run } = await foldedRun(reading, environment, id)
      return await stepDetail(run, await ledger.load(id), at, (held) => answers.fetch(held))
    },
    fetch: (held) => answers.fetch(held),
  }
}
