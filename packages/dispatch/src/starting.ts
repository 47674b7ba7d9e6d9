// How a run begins: its inputs are checked, its first turn is decided and committed; the same key begins the same run once.

import { checkInputs, type Fact, newRun, playbookErrors } from '@millrace/playbook'
import { type Clock, invariant, type JsonObject, newId, type Random } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import type { Catalogue } from './catalogue.ts'
import type { RunSummary, StartRequest } from './contract.ts'
import { dispatchErrors } from './errors.ts'
import type { Ledger } from './ledger.ts'
import { dispatchLimits } from './limits.ts'
import { oneRun } from './run-list.ts'
import { summaryOf } from './summary.ts'
import type { Turns } from './turns.ts'

export interface Starting {
  readonly store: Store
  readonly ledger: Ledger
  readonly catalogue: Catalogue
  readonly turns: Turns
  readonly clock: Clock
  readonly random: Random
  readonly env: Readonly<Record<string, string>>
}

export async function startRun(starting: Starting, request: StartRequest): Promise<RunSummary> {
  const { catalogue, turns, clock, random, env } = starting
  if (turns.active >= dispatchLimits.runsActiveMax) {
    throw dispatchErrors.overloaded(
      `${turns.active} runs have not ended; dispatch takes ${dispatchLimits.runsActiveMax}.`,
    )
  }
  const { playbook, version } = await catalogue.parsed(request.environment, request.playbook, request.version)
  const { inputs, complaints } = checkInputs(playbook, request.inputs)
  const first = complaints[0]
  if (first !== undefined) throw playbookErrors.input_invalid(first.message, { complaints })
  refuseLarge(inputs)
  const run = newRun(newId('run', clock, random), playbook)
  const created: Fact = {
    type: 'run.created',
    at: clock.now(),
    playbook: playbook.name,
    version,
    inputs,
    trigger: request.trigger,
    env: { ...env },
    by: request.by,
  }
  if (await turns.create(run, request.environment, request.key, created)) return summaryOf(run, request.environment)
  return await sameRun(starting, request, inputs)
}

/** The key was taken: the run that has it is the answer, if it was asked for in the same way. */
async function sameRun({ store, ledger }: Starting, request: StartRequest, inputs: JsonObject): Promise<RunSummary> {
  const rows = await store.query<{ id: string }>(
    'SELECT id FROM dispatch.run WHERE environment = $1 AND playbook = $2 AND key = $3',
    [request.environment, request.playbook, request.key ?? null],
  )
  invariant(rows[0] !== undefined, 'a run was refused and no run has its key')
  const { id } = rows[0]
  const first = (await ledger.load(id))[0]
  if (first?.type === 'run.created' && JSON.stringify(first.inputs) !== JSON.stringify(inputs)) {
    throw dispatchErrors.run_conflict(`Run ${id} was started with the key "${request.key}" and other inputs.`)
  }
  return await oneRun(store, request.environment, id)
}

function refuseLarge(inputs: JsonObject): void {
  const bytes = Buffer.byteLength(JSON.stringify(inputs))
  if (bytes <= dispatchLimits.inputsBytesMax) return
  throw dispatchErrors.inputs_too_large(
    `The inputs are ${bytes} bytes of JSON; at most ${dispatchLimits.inputsBytesMax} are taken.`,
  )
}
