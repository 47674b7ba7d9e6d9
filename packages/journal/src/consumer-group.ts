// The consumers of one durable name: who of them gets what, how long each may keep it, and what follows a failure.
// Nothing polls: an append, an acknowledgement, a timer or a newcomer wakes the group.

import { type Cancel, type Clock, invariant, type Logger, messageOf } from '@millrace/stdx'
import type { Acknowledger, ConsumeOptions, Consumer, Delivery, StoredRecord } from './contract.ts'
import { failureDelayMsMax, failureDelayMsMin } from './limits.ts'
import { PendingRecords, type PendingState } from './pending.ts'
import type { RecordLog } from './record-log.ts'
import { type SubjectMatcher, subjectMatcher } from './subject.ts'

export type Handle = (batch: readonly Delivery[], acks: Acknowledger) => Promise<void>

/** What outlives the process. */
export interface GroupState extends PendingState {
  readonly name: string
  readonly filter: string
}

/** What a group needs around it. */
export interface GroupPlace {
  readonly log: RecordLog
  readonly clock: Clock
  readonly logger: Logger
  /** This group needs the record no more. */
  done(record: StoredRecord): void
  /** The state differs from what was saved. */
  changed(): void
}

/** One `consume` call. */
interface Member {
  readonly options: ConsumeOptions
  readonly handle: Handle
  readonly acks: Acknowledger
  /** Position → when its ack wait ends; in that order, because every wait of a member is equally long. */
  readonly flights: Map<number, number>
  readonly running: Set<Promise<void>>
  cancelTimer?: Cancel | undefined
}

export class ConsumerGroup {
  readonly name: string
  readonly filter: string
  readonly matches: SubjectMatcher
  readonly #place: GroupPlace
  readonly #records: PendingRecords<Member>
  /** In the order in which they are served next. */
  readonly #members: Member[] = []
  #awake = false
  #loading = false

  constructor(state: GroupState, place: GroupPlace) {
    this.name = state.name
    this.filter = state.filter
    this.matches = subjectMatcher(state.filter)
    this.#place = place
    this.#records = new PendingRecords(place.log, this.matches, state)
  }

  get members(): number {
    return this.#members.length
  }

  get inFlight(): number {
    return this.#members.reduce((sum, member) => sum + member.flights.size, 0)
  }

  isDone(position: number): boolean {
    return this.#records.isDone(position)
  }

  /** Records that are not yet in flight. */
  async countPending(): Promise<number> {
    return (await this.#records.count(this.filter === '>')) - this.inFlight
  }

  state(): GroupState {
    return { name: this.name, filter: this.filter, ...this.#records.state() }
  }

  join(options: ConsumeOptions, handle: Handle): Consumer {
    const member: Member = { options, handle, acks: this.#acknowledger(), flights: new Map(), running: new Set() }
    this.#members.push(member)
    this.wake()
    return { stop: () => this.#leave(member) }
  }

  /** What it had and did not acknowledge goes to the others at once. */
  async #leave(member: Member): Promise<void> {
    const at = this.#members.indexOf(member)
    if (at >= 0) this.#members.splice(at, 1)
    await Promise.all(member.running)
    member.cancelTimer?.()
    for (const position of member.flights.keys()) this.#giveBack(position)
    this.wake()
  }

  /** Something may have come: look in the next microtask, once for all that comes until then. */
  wake(): void {
    if (this.#awake || this.#members.length === 0) return
    this.#awake = true
    queueMicrotask(() => {
      this.#awake = false
      this.#pump()
    })
  }

  drop(firstLeft: number): void {
    for (const member of this.#members) {
      for (const position of member.flights.keys()) if (position < firstLeft) member.flights.delete(position)
    }
    this.#records.drop(firstLeft)
    this.#place.changed()
    this.wake()
  }

  /** Hands out as long as somebody has room and something is there. */
  #pump(): void {
    while (!this.#loading) {
      const member = this.#members.find((each) => each.flights.size < each.options.inFlightMax)
      if (member === undefined) return
      const want = Math.min(member.options.batchMax, member.options.inFlightMax - member.flights.size)
      const loaded = this.#records.stage(want)
      if (loaded !== undefined) this.#waitFor(loaded)
      const batch = this.#records.unstage(want)
      if (batch.length === 0) return
      if (this.#members.length > 1) this.#members.push(...this.#members.splice(this.#members.indexOf(member), 1))
      this.#deliver(member, batch)
    }
  }

  #waitFor(loaded: Promise<void>): void {
    const again = () => {
      this.#loading = false
      this.wake()
    }
    this.#loading = true
    loaded.then(again, (cause: unknown) => {
      this.#place.logger.error('the journal cannot be read', { consumer: this.name, error: messageOf(cause) })
      this.#place.clock.after(failureDelayMsMax, again)
    })
  }

  #deliver(member: Member, records: readonly StoredRecord[]): void {
    const deadline = this.#place.clock.now() + member.options.ackWaitMs
    const batch = records.map((record): Delivery => {
      const pending = this.#records.get(record.position)
      invariant(pending !== undefined && pending.holder === undefined, 'what is handed out is pending, with nobody')
      pending.deliveries++
      pending.holder = member
      member.flights.set(record.position, deadline)
      return { ...record, deliveries: pending.deliveries }
    })
    this.#place.changed()
    this.#watch(member)
    const running = this.#run(member, batch).finally(() => member.running.delete(running))
    member.running.add(running)
  }

  async #run(member: Member, batch: readonly Delivery[]): Promise<void> {
    try {
      await member.handle(batch, member.acks)
    } catch (cause) {
      const deliveries = batch.reduce((most, delivery) => Math.max(most, delivery.deliveries), 1)
      const delayMs = Math.min(failureDelayMsMin * 2 ** Math.min(deliveries - 1, 20), failureDelayMsMax)
      const fields = { consumer: this.name, records: batch.length, delayMs, error: messageOf(cause) }
      this.#place.logger.warn('a consumer failed; its batch comes again', fields)
      this.#nak(batch, delayMs)
    }
  }

  /** One timer per member, for the flight whose wait ends first. */
  #watch(member: Member): void {
    const next = member.flights.values().next().value
    if (member.cancelTimer !== undefined || next === undefined) return
    const { clock } = this.#place
    member.cancelTimer = clock.after(Math.max(0, next - clock.now()), () => {
      member.cancelTimer = undefined
      const now = clock.now()
      for (const [position, deadline] of member.flights) {
        if (deadline > now) break
        this.#giveBack(position)
      }
      this.#watch(member)
      this.wake()
    })
  }

  #acknowledger(): Acknowledger {
    return {
      ack: async (deliveries) => this.#ack(deliveries),
      nak: async (deliveries, delayMs) => this.#nak(deliveries, delayMs),
      extend: async (deliveries) => this.#extend(deliveries),
    }
  }

  /** Also of a delivery that was given to somebody else meanwhile: what is done is done. */
  #ack(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      this.#release(delivery.position)
      if (this.#records.settle(delivery.position)) this.#place.done(delivery)
    }
    this.#place.changed()
    this.wake()
  }

  #nak(deliveries: readonly Delivery[], delayMs: number): void {
    const back = deliveries.filter((delivery) => this.#holder(delivery) !== undefined)
    for (const { position } of back) this.#release(position)
    const again = () => {
      for (const { position } of back) this.#records.giveBack(position)
      this.wake()
    }
    if (delayMs > 0) this.#place.clock.after(delayMs, again)
    else again()
    this.wake()
  }

  #extend(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const holder = this.#holder(delivery)
      if (holder === undefined) continue
      holder.flights.delete(delivery.position)
      holder.flights.set(delivery.position, this.#place.clock.now() + holder.options.ackWaitMs)
    }
  }

  /** Who has this very delivery: an older one of the same record has no say. */
  #holder(delivery: Delivery): Member | undefined {
    const pending = this.#records.get(delivery.position)
    return pending?.deliveries === delivery.deliveries ? pending.holder : undefined
  }

  #release(position: number): void {
    const pending = this.#records.get(position)
    pending?.holder?.flights.delete(position)
    if (pending !== undefined) pending.holder = undefined
  }

  #giveBack(position: number): void {
    this.#release(position)
    this.#records.giveBack(position)
  }
}
