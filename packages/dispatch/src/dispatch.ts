// The room itself: starts runs, hears workers, keeps time, answers screens. Each job is in a file of its own; this one
// introduces them to each other.

import type { Blob } from '@millrace/blob'
import type { Consumer, Journal } from '@millrace/journal'
import { dueAt, type PluginDescription, type Run } from '@millrace/playbook'
import { streams } from '@millrace/plugin'
import type { Clock, Logger, Random, Service } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { type Aftermath, afterCommit, newTally } from './aftermath.ts'
import { createAnswers } from './answers.ts'
import { createCatalogue } from './catalogue.ts'
import type { Dispatch, DispatchCounts, RunSummary } from './contract.ts'
import { dispatchErrors } from './errors.ts'
import { createFollowers, endedRun } from './followers.ts'
import { createLeases } from './leases.ts'
import { createLedger } from './ledger.ts'
import { dispatchLimits } from './limits.ts'
import { lru } from './lru.ts'
import { createMark } from './mark.ts'
import { createMessenger } from './messenger.ts'
import { foldedRun, type Reading, readings } from './reading.ts'
import { recover } from './recovery.ts'
import { hearReports } from './reports.ts'
import { createRetention, type Retention } from './retention.ts'
import { oneRun } from './run-list.ts'
import { type Starting, startRun } from './starting.ts'
import { createTimers } from './timers.ts'
import { type Actor, createTurns, type Signal, type Turns } from './turns.ts'

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
  /** Milliseconds after its end that a run is kept; for ever when absent. */
  readonly keepRunsMs?: number
}

type Parts = DispatchOptions & Reading & Starting & Aftermath & { readonly retention: Retention | undefined }

export function createDispatch(options: DispatchOptions): Dispatch {
  const parts = assemble(options)
  const { store, catalogue, followers, turns } = parts
  const steer = async (environment: string, id: string, signal: Signal): Promise<RunSummary> => {
    const summary = await oneRun(store, environment, id)
    if (summary.endedAt !== undefined) throw dispatchErrors.run_ended(`Run ${id} has already ended (${summary.state}).`)
    await turns.signal(id, signal)
    return await oneRun(store, environment, id)
  }
  return {
    ...serviceOf(parts),
    ...readings(parts),
    counts: () => countsOf(parts),
    validate: (text) => catalogue.validate(text),
    publish: (request) => catalogue.publish(request),
    playbooks: (environment, page) => catalogue.list(environment, page),
    playbook: (environment, name, version) => catalogue.get(environment, name, version),
    versions: (environment, name, page) => catalogue.versions(environment, name, page),
    startRun: (request) => startRun(parts, request),
    cancel: (environment, id, by, reason) =>
      steer(environment, id, { type: 'cancel', by, ...(reason === undefined ? {} : { reason }) }),
    pause: (environment, id, by) => steer(environment, id, { type: 'pause', by }),
    resume: (environment, id, by) => steer(environment, id, { type: 'resume', by }),
    async rerun({ id, ...request }) {
      const { run, summary } = await foldedRun(parts, request.environment, id)
      const { playbook, version } = summary
      return await startRun(parts, { inputs: run.inputs, ...request, playbook, version, trigger: { kind: 'rerun' } })
    },
    follow: (environment, runId, heard) => followers.follow(environment, runId, heard),
    ended(environment, id, signal) {
      // A seated run has not ended as far as anybody may know; only of others does the store have to be asked.
      const look = async () =>
        turns.actor(id)?.environment === environment ? undefined : await oneRun(store, environment, id)
      return endedRun(followers, environment, id, look, signal)
    },
  }
}

function assemble(options: DispatchOptions): Parts {
  const { store, journal, blob, clock, random, logger } = options
  const ledger = createLedger(store)
  const answers = createAnswers(blob)
  const plugins = new Map(options.plugins.map((it) => [it.name, it]))
  const messenger = createMessenger({ journal, clock, logger })
  const aftermath: Aftermath = {
    messenger,
    mark: createMark({ store, clock, logger, flush: () => messenger.flush() }),
    timers: createTimers(clock, (id) => nudge(turns, id, { type: 'look' })),
    leases: createLeases(clock, (runId, at) => nudge(turns, runId, { type: 'lost', at })),
    followers: createFollowers(),
    ended: lru<Run>(dispatchLimits.runsEndedKeptMax),
    tally: newTally(),
  }
  const committed: Parameters<typeof createTurns>[0]['committed'] = (actor, run, facts) =>
    afterCommit(aftermath, actor, run, facts)
  const turns: Turns = createTurns({ ledger, answers, clock, random, logger, committed })
  const catalogue = createCatalogue({ store, clock, plugins })
  const { keepRunsMs: keepMs } = options
  const retention = keepMs === undefined ? undefined : createRetention({ store, blob, clock, logger, keepMs })
  return { ...options, ...aftermath, ledger, answers, turns, catalogue, retention }
}

/** Nobody waits for these; while stopping they are refused, and the next start looks at every run anyway. */
function nudge(turns: Turns, id: string, signal: Signal): void {
  turns.signal(id, signal).catch(() => undefined)
}

function countsOf({ turns, ledger, tally }: Parts): DispatchCounts {
  return {
    runsActive: turns.active,
    commitsWaiting: ledger.waiting,
    runsStarted: tally.started,
    runsEnded: { ...tally.ended },
    facts: tally.facts,
    commits: ledger.commits,
  }
}

function serviceOf(parts: Parts): Service {
  const { journal, turns, leases, timers, mark, messenger, logger, retention } = parts
  let consumer: Consumer | undefined
  return {
    name: 'dispatch',
    async start() {
      for (const stream of [streams.command, streams.fact, streams.control]) await journal.ensureStream(stream)
      const unended: Actor[] = []
      await recover({
        ...parts,
        mark: await mark.read(),
        unended: (actor) => unended.push(actor),
        missed: (environment, run, facts) => messenger.trace(environment, run, facts),
      })
      if (unended.length > 0) logger.info('runs go on after a restart', { runs: unended.length })
      for (const actor of unended) {
        turns.adopt(actor)
        // Timers are set after commits; a run that only waits commits nothing until its time has come.
        if (actor.run !== undefined) timers.set(actor.id, dueAt(actor.run))
      }
      consumer = await hearReports(journal, turns, leases)
      for (const actor of unended) nudge(turns, actor.id, { type: 'resumed' })
      retention?.start()
    },
    async stop() {
      timers.stop()
      leases.stop()
      await retention?.stop()
      await turns.stop()
      await consumer?.stop()
      await mark.stop()
    },
  }
}
