// Which records a group of consumers still has before it.
//
//                 ┌── cursor passes it ──▶ staged ──▶ handed out ──settle──▶ done (forgotten)
//   record ───────┤                          ▲            │
//                 └── filter: not mine       └── ready ◀──┴── give back
//
// Done is everything below the cursor that is not pending, so the state of a group is one number and the few records
// between first delivery and acknowledgement, in whatever order they come.

import type { StoredRecord } from './contract.ts'
import type { RecordLog } from './record-log.ts'
import type { SubjectMatcher } from './subject.ts'

/** What outlives the process: the cursor, and position and deliveries of what was not acknowledged below it. */
export interface PendingState {
  readonly cursor: number
  readonly pending: readonly (readonly [position: number, deliveries: number])[]
}

export interface PendingRecord<Holder> {
  deliveries: number
  /** Whoever has it now. */
  holder?: Holder | undefined
}

/** How many records `count` reads at once. */
const countPage = 1000

export class PendingRecords<Holder> {
  readonly #log: RecordLog
  readonly #matches: SubjectMatcher
  readonly #pending = new Map<number, PendingRecord<Holder>>()
  /** Positions to deliver again, ascending. */
  readonly #ready: number[] = []
  /** Read from the log, to be handed out next. */
  #staged: StoredRecord[] = []
  #cursor: number

  constructor(log: RecordLog, matches: SubjectMatcher, state: PendingState) {
    this.#log = log
    this.#matches = matches
    this.#cursor = state.cursor
    for (const [position, deliveries] of state.pending) {
      this.#pending.set(position, { deliveries })
      insert(this.#ready, position)
    }
  }

  get size(): number {
    return this.#pending.size
  }

  get(position: number): PendingRecord<Holder> | undefined {
    return this.#pending.get(position)
  }

  isDone(position: number): boolean {
    return position < this.#cursor && !this.#pending.has(position)
  }

  /** Acknowledged: true when it was not before. */
  settle(position: number): boolean {
    return this.#pending.delete(position)
  }

  /** To be delivered again, before anything new. */
  giveBack(position: number): void {
    if (this.#pending.has(position)) insert(this.#ready, position)
  }

  /** Records before this position are gone. */
  drop(firstLeft: number): void {
    this.#cursor = Math.max(this.#cursor, firstLeft)
    for (const position of this.#pending.keys()) if (position < firstLeft) this.#pending.delete(position)
  }

  /** Reads until `want` are staged or none is left; a promise when the disk must be asked. */
  stage(want: number): Promise<void> | undefined {
    while (this.#staged.length < want) {
      const again = this.#ready[0]
      const last = this.#log.last
      if (again === undefined && this.#cursor > last) return undefined
      const found = this.#log.read(again ?? this.#cursor, again === undefined ? want - this.#staged.length : 1)
      const take = (records: readonly StoredRecord[]) =>
        again === undefined ? this.#takeNew(records, last) : this.#takeAgain(records, again)
      if (found instanceof Promise) return found.then(take)
      take(found)
    }
    return undefined
  }

  #takeAgain(records: readonly StoredRecord[], position: number): void {
    if (this.#ready[0] === position) this.#ready.shift()
    const record = records[0]
    if (record?.position !== position) this.#pending.delete(position)
    else if (this.#pending.has(position)) this.#staged.push(record)
  }

  /** `last` is the end of the log when it was asked: it may have grown while the disk answered. */
  #takeNew(records: readonly StoredRecord[], last: number): void {
    for (const record of records) {
      if (record.position < this.#cursor) continue
      this.#cursor = record.position + 1
      if (!this.#matches(record.subject)) continue
      this.#pending.set(record.position, { deliveries: 0 })
      this.#staged.push(record)
    }
    if (records.length === 0) this.#cursor = Math.max(this.#cursor, last + 1)
  }

  /** The next batch in order of position, without what was settled or dropped since it was staged. */
  unstage(want: number): StoredRecord[] {
    const live = this.#staged.filter((record) => this.#pending.has(record.position))
    this.#staged = live.splice(want)
    return live.sort((a, b) => a.position - b.position)
  }

  /** How many records are not done, whether handed out or not. */
  async count(everything: boolean): Promise<number> {
    const from = Math.max(this.#cursor, this.#log.first)
    if (everything) return this.#pending.size + this.#log.last + 1 - Math.min(from, this.#log.last + 1)
    let count = this.#pending.size
    for (let at = from; at <= this.#log.last; ) {
      const last = this.#log.last
      const found = await this.#log.read(at, countPage)
      for (const record of found) if (this.#matches(record.subject)) count++
      at = (found.at(-1)?.position ?? last) + 1
    }
    return count
  }

  state(): PendingState {
    return {
      cursor: this.#cursor,
      pending: Array.from(this.#pending, ([position, record]) => [position, record.deliveries] as const),
    }
  }
}

/** Into an ascending list, once. */
function insert(positions: number[], position: number): void {
  let low = 0
  let high = positions.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((positions[middle] ?? 0) < position) low = middle + 1
    else high = middle
  }
  if (positions[low] !== position) positions.splice(low, 0, position)
}
