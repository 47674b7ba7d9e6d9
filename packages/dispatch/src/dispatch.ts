// The room itself: starts runs, hears workers, keeps time, answers screens. Each job is in a file of its own; this one
// introduces them to each other.

import type { Blob } from '@millrace/blob'
import type { Acknowledger, Consumer, Delivery, Journal } from '@millrace/journal'
import {
  checkInputs,
  dueAt,
  evolve,
  type Fact,
  isEnded,
  newRun,
  type PluginDescription,
  playbookErrors,
  type Report,
  type Run,
} from '@millrace/playbook'
import { decodeReport, type StepReport, streams } from '@millrace/plugin'
import { type Clock, invariant, type JsonObject, type Logger, newId, type Random } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { createAnswers } from './answers.ts'
import { createCatalogue } from './catalogue.ts'
import type { Dispatch, RunSummary, StartRequest } from './contract.ts'
import { dispatchErrors } from './errors.ts'
import { createFollowers, heardOnce } from './followers.ts'
import { createLeases } from './leases.ts'
import { createLedger } from './ledger.ts'
import { dispatchLimits } from './limits.ts'
import { lru } from './lru.ts'
import { createMark } from './mark.ts'
import { createMessenger } from './messenger.ts'
import { recover } from './recovery.ts'
import { countRuns, listRuns, oneRun } from './run-list.ts'
import { summaryOf } from './summary.ts'
import { createTimers } from './timers.ts'
import { type Actor, createTurns, type Signal } from './turns.ts'
import { stepDetail, stepsOf, tasksOf } from './views.ts'

export interface DispatchOptions {
  readonly store: Store
  readonly journal: Journal
  readonly blob: Blob
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly plugins: readonly PluginDescription[]
  /** What expressions read as `env`. */
  readonly env: Readonly<Record<string, string>>
}

export function createDispatch(options: DispatchOptions): Dispatch {
  const { store, journal, blob, clock, random, logger, env } = options
  const ledger = createLedger(store)
  const answers = createAnswers(blob)
  const catalogue = createCatalogue({ store, clock, plugins: new Map(options.plugins.map((it) => [it.name, it])) })
  const followers = createFollowers()
  const messenger = createMessenger({ journal, clock, logger })
  const mark = createMark({ store, clock, logger, flush: () => messenger.flush() })
  const timers = createTimers(clock, (id) => nudge(id, { type: 'look' }))
  const leases = createLeases(clock, (runId, at) => nudge(runId, { type: 'lost', at }))
  const turns = createTurns({ ledger, answers, clock, random, logger, committed })
  // Nobody waits for these; while stopping they are refused, and the next start looks at every run anyway.
  const nudge = (id: string, signal: Signal) => void turns.signal(id, signal).catch(() => undefined)
  const ended = lru<Run>(dispatchLimits.runsEndedKeptMax)
  let consumer: Consumer | undefined

  function committed(actor: Actor, run: Run, facts: readonly Fact[]): void {
    messenger.send(actor.environment, run, facts)
    messenger.trace(actor.environment, run, facts)
    mark.moved()
    timers.set(run.id, dueAt(run))
    for (const fact of facts) {
      if (fact.type === 'step.completed' || fact.type === 'step.failed' || fact.type === 'step.cancelled')
        leases.end(run.id, fact)
    }
    if (isEnded(run) && run.seq < 10_000) ended.set(run.id, run)
    if (followers.wanted(actor.environment, run.id)) {
      followers.tell(actor.environment, run.id, { run: summaryOf(run, actor.environment), facts })
    }
  }

  const hear = async (batch: readonly Delivery[], acks: Acknowledger) => {
    const heard = batch.map((delivery) => {
      const report = decodeReport(delivery.body)
      return report === undefined ? Promise.resolve(false) : take(report)
    })
    await Promise.all(heard)
    await acks.ack(batch)
  }

  const take = (report: StepReport): Promise<boolean> => {
    if (report.type === 'step.alive' || report.type === 'step.started') leases.renew(report.runId, report)
    if (report.type === 'step.alive') return Promise.resolve(true)
    const tookMs = Math.max(0, report.at - report.startedAt)
    return turns.signal(report.runId, { type: 'report', report: { ...report, tookMs } as Report })
  }

  const startRun = async (request: StartRequest): Promise<RunSummary> => {
    if (turns.active >= dispatchLimits.runsActiveMax) {
      throw dispatchErrors.overloaded(
        `${turns.active} runs have not ended; dispatch takes ${dispatchLimits.runsActiveMax}.`,
      )
    }
    const { environment } = request
    const { playbook, version } = await catalogue.parsed(environment, request.playbook, request.version)
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
      env,
      by: request.by,
    }
    if (await turns.create(run, environment, request.key, [created])) return summaryOf(run, environment)
    return await sameRun(request, inputs)
  }

  /** The key was taken: the run that has it is the answer, if it was asked for in the same way. */
  const sameRun = async (request: StartRequest, inputs: JsonObject): Promise<RunSummary> => {
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

  const folded = async (environment: string, id: string): Promise<{ run: Run; summary: RunSummary }> => {
    const summary = await oneRun(store, environment, id)
    const known = turns.actor(id)?.run ?? ended.get(id)
    if (known !== undefined) return { run: known, summary: summaryOf(known, environment) }
    const { playbook } = await catalogue.parsed(environment, summary.playbook, summary.version)
    const run = newRun(id, playbook)
    for (const fact of await ledger.load(id)) evolve(run, fact)
    if (isEnded(run)) ended.set(id, run)
    return { run, summary }
  }

  const steer = async (environment: string, id: string, signal: Signal): Promise<RunSummary> => {
    const summary = await oneRun(store, environment, id)
    if (summary.endedAt !== undefined) throw dispatchErrors.run_ended(`Run ${id} has already ended (${summary.state}).`)
    await turns.signal(id, signal)
    return await oneRun(store, environment, id)
  }

  return {
    name: 'dispatch',
    async start() {
      for (const stream of [streams.command, streams.fact, streams.control]) await journal.ensureStream(stream)
      const unended: Actor[] = []
      const count = await recover({
        store,
        ledger,
        catalogue,
        logger,
        mark: await mark.read(),
        unended: (actor) => unended.push(actor),
        missed: (environment, run, facts) => messenger.trace(environment, run, facts),
      })
      if (count > 0) logger.info('runs go on after a restart', { runs: count })
      for (const actor of unended) turns.adopt(actor)
      const settings = { stream: streams.fact.name, name: 'dispatch', ackWaitMs: dispatchLimits.leaseMs }
      const bounds = { batchMax: dispatchLimits.reportsBatchMax, inFlightMax: dispatchLimits.reportsInFlightMax }
      consumer = await journal.consume({ ...settings, ...bounds }, hear)
      for (const actor of unended) nudge(actor.id, { type: 'resumed' })
    },
    async stop() {
      timers.stop()
      leases.stop()
      await turns.stop()
      await consumer?.stop()
      await mark.stop()
    },
    validate: (text) => catalogue.validate(text),
    publish: (request) => catalogue.publish(request),
    playbooks: (environment, page) => catalogue.list(environment, page),
    playbook: (environment, name, version) => catalogue.get(environment, name, version),
    versions: (environment, name, page) => catalogue.versions(environment, name, page),
    startRun,
    runs: (environment, filter, page) => listRuns(store, environment, filter, page),
    runCounts: (environment, playbook) => countRuns(store, environment, playbook),
    async run(environment, id) {
      const { run, summary } = await folded(environment, id)
      const outputs = run.outputs === undefined ? undefined : await answers.fetch(run.outputs)
      return { ...summary, inputs: run.inputs, outputs, tasks: tasksOf(run) }
    },
    async steps(environment, id, filter, page) {
      return stepsOf((await folded(environment, id)).run, filter, page)
    },
    async step(environment, id, at) {
      const { run } = await folded(environment, id)
      return await stepDetail(run, await ledger.load(id), at, (held) => answers.fetch(held))
    },
    cancel: (environment, id, by, reason) =>
      steer(environment, id, { type: 'cancel', by, ...(reason === undefined ? {} : { reason }) }),
    pause: (environment, id, by) => steer(environment, id, { type: 'pause', by }),
    resume: (environment, id, by) => steer(environment, id, { type: 'resume', by }),
    async rerun(environment, id, by, inputs) {
      const { run, summary } = await folded(environment, id)
      const { playbook, version } = summary
      return await startRun({
        environment,
        playbook,
        version,
        inputs: inputs ?? run.inputs,
        trigger: { kind: 'rerun' },
        by,
      })
    },
    follow: (environment, runId, heard) => followers.follow(environment, runId, heard),
    async ended(environment, id, signal) {
      const waiting = heardOnce(followers, environment, id, (run) => run.endedAt !== undefined, signal)
      waiting.promise.catch(() => undefined)
      try {
        const now = await oneRun(store, environment, id)
        return now.endedAt === undefined ? await waiting.promise : now
      } finally {
        waiting.leave()
      }
    },
    fetch: (held) => answers.fetch(held),
  }
}

function refuseLarge(inputs: JsonObject): void {
  const bytes = Buffer.byteLength(JSON.stringify(inputs))
  if (bytes <= dispatchLimits.inputsBytesMax) return
  throw dispatchErrors.inputs_too_large(
    `The inputs are ${bytes} bytes of JSON; at most ${dispatchLimits.inputsBytesMax} are taken.`,
  )
}
