// One run, one turn at a time: gather what arrived, fold and decide, commit, then tell the world.
//
//   signals ─▶ [load] ─▶ fold + decide ─▶ commit ─▶ committed(run, facts)
//                ▲                          │
//                └── state thrown away ◀────┘  refused or failed: nothing happened, the signals are taken again
//
// The state in memory runs ahead of the database during a turn. Nobody is told anything before the commit, and a commit
// that fails throws the state away, so what was told is always what was written.

import {
  addressesOut,
  advance,
  answer,
  type Deciding,
  emit,
  evolve,
  type Fact,
  isAwaited,
  isEnded,
  isFull,
  newRun,
  newTurn,
  type Playbook,
  type Report,
  type Run,
  type StepAddress,
  type Turn,
} from '@millrace/playbook'
import {
  type Clock,
  type Deferred,
  deferred,
  type Logger,
  messageOf,
  type Random,
  toMillraceError,
} from '@millrace/stdx'
import type { Answers } from './answers.ts'
import { dispatchErrors } from './errors.ts'
import type { Ledger } from './ledger.ts'
import { dispatchLimits } from './limits.ts'
import { summaryOf } from './summary.ts'

export type Signal =
  | { readonly type: 'report'; readonly report: Report }
  /** The worker of a call has fallen silent. */
  | { readonly type: 'lost'; readonly at: StepAddress }
  /** The process was restarted: calls that were out died with it, as did commands on their way. */
  | { readonly type: 'resumed' }
  | { readonly type: 'cancel' | 'pause' | 'resume'; readonly by: string; readonly reason?: string }
  /** Turns of this run fail and will go on failing. */
  | { readonly type: 'broken'; readonly message: string }
  /** Time has passed. */
  | { readonly type: 'look' }

export interface Actor {
  readonly id: string
  readonly environment: string
  readonly playbook: Playbook
  /** Undefined: to be folded from its facts at the next turn. */
  run: Run | undefined
}

export interface Turns {
  /** The first turn of a new run. False: it exists already. */
  create(run: Run, environment: string, key: string | undefined, created: Fact): Promise<boolean>
  /** Resolves when the signal's effect is durable: true when it had one. Rejects only while stopping. */
  signal(id: string, signal: Signal): Promise<boolean>
  adopt(actor: Actor): void
  actor(id: string): Actor | undefined
  readonly active: number
  stop(): Promise<void>
}

interface Seat extends Actor {
  inbox: { signal: Signal; done: Deferred<boolean> }[]
  turning: Promise<void> | undefined
  failures: number
}

interface TurnsOptions {
  readonly ledger: Ledger
  readonly answers: Answers
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** After the commit, in order per run. Must not throw. */
  readonly committed: (actor: Actor, run: Run, facts: readonly Fact[]) => void
}

/** The seats of all runs that have not ended. */
interface Table extends TurnsOptions {
  readonly seats: Map<string, Seat>
  stopping: boolean
}

export function createTurns(options: TurnsOptions): Turns {
  const table: Table = { ...options, seats: new Map(), stopping: false }
  const { seats, ledger } = table
  return {
    create: (run, environment, key, created) =>
      firstTurn(table, seatOf({ id: run.id, environment, playbook: run.playbook, run }), run, key, created),
    signal(id, signal) {
      if (table.stopping) return Promise.reject(dispatchErrors.closing())
      const seat = seats.get(id)
      return seat === undefined ? Promise.resolve(false) : post(table, seat, signal)
    },
    adopt(actor) {
      if (!seats.has(actor.id)) seats.set(actor.id, seatOf(actor))
    },
    actor: (id) => seats.get(id),
    get active() {
      return seats.size
    },
    async stop() {
      table.stopping = true
      await Promise.all([...seats.values()].map((seat) => seat.turning))
      await ledger.drain()
    },
  }
}

function seatOf(actor: Actor): Seat {
  return { ...actor, inbox: [], turning: undefined, failures: 0 }
}

function post(table: Table, seat: Seat, signal: Signal): Promise<boolean> {
  const done = deferred<boolean>()
  seat.inbox.push({ signal, done })
  seat.turning ??= keepTurning(table, seat)
  return done.promise
}

/** Until its commit nobody else knows the run, so no signal can come between. */
async function firstTurn(table: Table, seat: Seat, run: Run, key: string | undefined, created: Fact): Promise<boolean> {
  const { answers, clock, random, ledger, seats, committed } = table
  const turn = newTurn(run, clock.now(), random)
  evolve(run, created)
  turn.facts.push(created)
  await answers.decide(run, advance(turn))
  const entry = { summary: summaryOf(run, seat.environment), key, seq: 0, facts: turn.facts }
  // Seated before the commit, so that the first report finds it; a run that was not written leaves no trace.
  seats.set(seat.id, seat)
  const written = await ledger.append(entry).catch((cause: unknown) => {
    seats.delete(seat.id)
    throw cause
  })
  if (!written || isEnded(run)) seats.delete(seat.id)
  if (!written) return false
  committed(seat, run, turn.facts)
  lookAgain(table, seat, turn)
  return true
}

/** A turn that was cut because it had decided enough goes on in the next one. */
function lookAgain(table: Table, seat: Seat, turn: Turn): void {
  if (isFull(turn)) post(table, seat, { type: 'look' }).catch(() => undefined)
}

async function keepTurning(table: Table, seat: Seat): Promise<void> {
  while (seat.inbox.length > 0 && !table.stopping) {
    try {
      await takeTurn(table, seat)
      seat.failures = 0
    } catch (cause) {
      if (!(cause instanceof Moved)) await pauseAfter(table, seat, cause)
    }
  }
  for (const { done } of seat.inbox.splice(0)) done.reject(dispatchErrors.closing())
  seat.turning = undefined
}

async function pauseAfter({ logger, clock }: Table, seat: Seat, cause: unknown): Promise<void> {
  seat.failures++
  logger.warn('a turn failed and will be tried again', {
    run: seat.id,
    failures: seat.failures,
    error: messageOf(cause),
  })
  // A database that is away comes back; a fault of ours would fail for ever, so it ends the run and says so.
  if (!toMillraceError(cause).retryable && seat.failures >= dispatchLimits.turnFailuresMax) {
    seat.inbox.unshift({ signal: { type: 'broken', message: messageOf(cause) }, done: deferred() })
  }
  const pauseMs = Math.min(dispatchLimits.retryMs * 2 ** Math.min(seat.failures, 10), dispatchLimits.retryMsMax)
  await new Promise<void>((resolve) => clock.after(pauseMs, resolve))
}

async function takeTurn(table: Table, seat: Seat): Promise<void> {
  const { ledger, answers, clock, random, committed, seats } = table
  const run = await stateOf(ledger, seat)
  const taken = seat.inbox.splice(0)
  const seq = run.seq
  const turn = newTurn(run, clock.now(), random)
  try {
    const effects: boolean[] = []
    for (const { signal } of taken) effects.push(await apply(answers, turn, signal))
    await answers.decide(run, advance(turn))
    if (turn.facts.length > 0) {
      const entry = { summary: summaryOf(run, seat.environment), key: undefined, seq, facts: turn.facts }
      if (!(await ledger.append(entry))) throw new Moved()
      committed(seat, run, turn.facts)
    }
    for (const [i, { done }] of taken.entries()) done.resolve(effects[i] ?? false)
  } catch (cause) {
    seat.run = undefined
    seat.inbox.unshift(...taken)
    throw cause
  }
  if (isEnded(run)) seats.delete(seat.id)
  else lookAgain(table, seat, turn)
}

async function stateOf(ledger: Ledger, seat: Seat): Promise<Run> {
  if (seat.run !== undefined) return seat.run
  const run = newRun(seat.id, seat.playbook)
  for (const fact of await ledger.load(seat.id)) evolve(run, fact)
  seat.run = run
  return run
}

/** The run's sequence number was another: somebody else has written facts. Fold again and decide again. */
class Moved extends Error {}

function* handOutAll(turn: Turn): Deciding<boolean> {
  const out = [...addressesOut(turn.run)]
  for (const at of out) yield* handOutAgain(turn, at)
  return out.length > 0
}

function* handOutAgain(turn: Turn, at: StepAddress): Deciding<boolean> {
  if (!isAwaited(turn.run, at)) return false
  if (at.fence < dispatchLimits.fencesMax) {
    emit(turn, { ...at, type: 'step.reissued', fence: at.fence + 1 })
    return true
  }
  const message = `The call was handed out ${at.fence} times and no worker lived to answer it.`
  const error = { code: 'dispatch.worker_lost', message, retryable: true }
  return yield* answer(turn, { type: 'step.failed', ...at, error, tookMs: 0, worker: '' })
}

async function apply(answers: Answers, turn: Turn, signal: Signal): Promise<boolean> {
  const { run } = turn
  switch (signal.type) {
    case 'report':
      return await answers.decide(run, answer(turn, signal.report))
    case 'lost':
      return await answers.decide(run, handOutAgain(turn, signal.at))
    case 'resumed':
      return await answers.decide(run, handOutAll(turn))
    case 'broken': {
      if (isEnded(run)) return false
      const message = `The run cannot go on: ${signal.message}`
      emit(turn, { type: 'run.failed', error: { code: 'dispatch.turn_failed', message, retryable: false } })
      return true
    }
    case 'cancel':
      if (isEnded(run) || run.cancelRequested) return false
      emit(turn, { type: 'run.cancelRequested', ...byWhom(signal) })
      return true
    case 'pause':
      if (run.phase !== 'running') return false
      emit(turn, { type: 'run.paused', ...byWhom(signal) })
      return true
    case 'resume':
      if (run.phase !== 'paused') return false
      emit(turn, { type: 'run.resumed', ...byWhom(signal) })
      return true
    default:
      return false
  }
}

function byWhom(signal: { by: string; reason?: string }): { by: string; reason?: string } {
  return signal.reason === undefined ? { by: signal.by } : { by: signal.by, reason: signal.reason }
}
