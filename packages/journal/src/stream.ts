// One stream: its records, its groups of consumers, and when a record may go.

import type { Clock, Logger } from '@millrace/stdx'
import { ConsumerGroup, type GroupState, type Handle } from './consumer-group.ts'
import type { ConsumeOptions, Consumer, StoredRecord, StreamSpec, StreamStatus } from './contract.ts'
import { journalErrors } from './errors.ts'
import type { LogHooks, RecordLog } from './record-log.ts'
import { type SubjectMatcher, subjectMatcher } from './subject.ts'

/** Where a stream lives: its records, and what was saved about its consumers. */
export interface StreamPlace {
  readonly log: RecordLog
  readonly groups: readonly GroupState[]
  /** Consumers have moved on; `states` tells how far, now or a little later. */
  save(states: () => readonly GroupState[]): void
  close(): Promise<void>
}

export type OpenPlace = (spec: StreamSpec, hooks: LogHooks) => StreamPlace | Promise<StreamPlace>

interface Around {
  readonly clock: Clock
  readonly logger: Logger
  /** Everything that was appended, for those who follow. */
  heard(records: readonly StoredRecord[]): void
}

export class Stream {
  readonly spec: StreamSpec
  readonly #around: Around
  readonly #takers: readonly SubjectMatcher[]
  readonly #groups = new Map<string, ConsumerGroup>()
  #place!: StreamPlace

  private constructor(spec: StreamSpec, around: Around) {
    this.spec = spec
    this.#around = around
    this.#takers = spec.subjects.map(subjectMatcher)
  }

  static async open(spec: StreamSpec, openPlace: OpenPlace, around: Around): Promise<Stream> {
    const stream = new Stream(spec, around)
    stream.#place = await openPlace(spec, {
      appended: (records) => stream.#appended(records),
      dropped: (firstLeft) => stream.#dropped(firstLeft),
    })
    for (const state of stream.#place.groups) stream.#addGroup(state)
    return stream
  }

  get log(): RecordLog {
    return this.#place.log
  }

  takes(subject: string): boolean {
    return this.#takers.some((matches) => matches(subject))
  }

  consume(options: ConsumeOptions, handle: Handle): Consumer {
    const filter = options.filter ?? '>'
    let group = this.#groups.get(options.name)
    if (group !== undefined && group.filter !== filter) {
      if (group.members > 0) throw differs(options.name, group.filter, filter)
      group = this.#addGroup({ ...group.state(), filter })
    }
    group ??= this.#addGroup({ name: options.name, filter, cursor: this.log.first, pending: [] })
    this.#save()
    return group.join(options, handle)
  }

  async status(): Promise<StreamStatus> {
    const consumers = []
    for (const group of this.#groups.values()) {
      consumers.push({ name: group.name, pending: await group.countPending(), inFlight: group.inFlight })
    }
    return { records: this.log.records, bytes: this.log.bytes, positionLast: this.log.last, consumers }
  }

  close(): Promise<void> {
    return this.#place.close()
  }

  #addGroup(state: GroupState): ConsumerGroup {
    const group = new ConsumerGroup(state, {
      ...this.#around,
      log: this.log,
      done: (record) => this.#done(record),
      changed: () => this.#save(),
    })
    this.#groups.set(state.name, group)
    return group
  }

  #save(): void {
    this.#place.save(() => Array.from(this.#groups.values(), (group) => group.state()))
  }

  #appended(records: readonly StoredRecord[]): void {
    this.#around.heard(records)
    for (const group of this.#groups.values()) group.wake()
  }

  #dropped(firstLeft: number): void {
    for (const group of this.#groups.values()) group.drop(firstLeft)
  }

  #done(record: StoredRecord): void {
    if (this.spec.retention === 'acknowledged' && !this.#isNeeded(record)) this.log.free(record)
  }

  /** What no consumer ever asked for is kept: its consumer may be yet to come. */
  #isNeeded(record: StoredRecord): boolean {
    let asked = false
    for (const group of this.#groups.values()) {
      if (!group.matches(record.subject)) continue
      if (!group.isDone(record.position)) return true
      asked = true
    }
    return !asked
  }
}

function differs(name: string, found: string, asked: string) {
  return journalErrors.consumer_differs(
    `Consumers named \`${name}\` take \`${found}\` now, and another asks for \`${asked}\` under the same name. Give it a name of its own.`,
  )
}
