// The journal over any place for streams: which stream takes a subject, who follows, and the order of closing.

import { type Clock, type Logger, messageOf } from '@millrace/stdx'
import type { Handle } from './consumer-group.ts'
import type {
  ConsumeOptions,
  Consumer,
  Journal,
  JournalRecord,
  StoredRecord,
  StreamSpec,
  StreamStatus,
} from './contract.ts'
import { journalErrors } from './errors.ts'
import { bodyBytesMax, headersBytesMax } from './limits.ts'
import { type OpenPlace, Stream } from './stream.ts'
import { allSettings, checkOptions, checkSame, checkSpec } from './stream-spec.ts'
import { checkSubject, type SubjectMatcher, subjectMatcher } from './subject.ts'

export interface JournalPlace {
  readonly clock: Clock
  readonly logger: Logger
  readonly openPlace: OpenPlace
  close(): Promise<void>
}

interface Follower {
  readonly matches: SubjectMatcher
  readonly heard: (record: StoredRecord) => void
}

export class StreamJournal implements Journal {
  readonly #place: JournalPlace
  readonly #streams = new Map<string, Stream>()
  readonly #followers = new Set<Follower>()
  readonly #consumers = new Set<Consumer>()
  #opening: Promise<unknown> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(place: JournalPlace) {
    this.#place = place
  }

  /** One after the other, so that two callers of one name do not both make it. */
  async ensureStream(spec: StreamSpec): Promise<void> {
    this.#checkOpen()
    const opened = this.#opening.then(() => this.#ensure(spec))
    this.#opening = opened.catch(() => undefined)
    await opened
  }

  async #ensure(spec: StreamSpec): Promise<void> {
    const known = this.#streams.get(spec.name)
    if (known !== undefined) return checkSame(known.spec, spec, allSettings)
    const others = Array.from(this.#streams.values(), (stream) => stream.spec)
    checkSpec(spec, others)
    const heard = (records: readonly StoredRecord[]) => this.#tell(records)
    this.#streams.set(spec.name, await Stream.open(spec, this.#place.openPlace, { ...this.#place, heard }))
  }

  async append(records: readonly JournalRecord[]): Promise<readonly number[]> {
    this.#checkOpen()
    // Every record is checked before the first is taken.
    const owners = records.map((record) => this.#owner(record))
    const streams = new Set(owners)
    const next = new Map<Stream, number>()
    await Promise.all(
      Array.from(streams, async (stream) => {
        const part = streams.size === 1 ? records : records.filter((_, i) => owners[i] === stream)
        next.set(stream, await stream.log.append(part))
      }),
    )
    return owners.map((stream) => {
      const position = next.get(stream) ?? 0
      next.set(stream, position + 1)
      return position
    })
  }

  async consume(options: ConsumeOptions, handle: Handle): Promise<Consumer> {
    this.#checkOpen()
    checkOptions(options)
    const consumer = this.#named(options.stream).consume(options, handle)
    this.#consumers.add(consumer)
    return {
      stop: async () => {
        await consumer.stop()
        this.#consumers.delete(consumer)
      },
    }
  }

  async follow(filter: string, heard: (record: StoredRecord) => void): Promise<() => void> {
    this.#checkOpen()
    const follower = { matches: subjectMatcher(filter), heard }
    this.#followers.add(follower)
    return () => void this.#followers.delete(follower)
  }

  async read(stream: string, position: number, recordsMax: number): Promise<readonly StoredRecord[]> {
    this.#checkOpen()
    const { log } = this.#named(stream)
    const found: StoredRecord[] = []
    for (let from = position; found.length < recordsMax; ) {
      const some = await log.read(from, recordsMax - found.length)
      const last = some.at(-1)
      if (last === undefined) break
      found.push(...some)
      from = last.position + 1
    }
    return found
  }

  async status(stream: string): Promise<StreamStatus> {
    return this.#named(stream).status()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await Promise.all(Array.from(this.#consumers, (consumer) => consumer.stop()))
    await this.#opening
    await Promise.all(Array.from(this.#streams.values(), (stream) => stream.close()))
    await this.#place.close()
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw journalErrors.closed()
  }

  #named(name: string): Stream {
    const stream = this.#streams.get(name)
    if (stream === undefined) throw journalErrors.stream_unknown(`There is no stream \`${name}\`.`)
    return stream
  }

  #owner(record: JournalRecord): Stream {
    checkRecord(record)
    for (const stream of this.#streams.values()) if (stream.takes(record.subject)) return stream
    throw journalErrors.stream_unknown(`No stream takes the subject \`${record.subject}\`.`)
  }

  #tell(records: readonly StoredRecord[]): void {
    for (const follower of this.#followers) {
      for (const record of records) if (follower.matches(record.subject)) this.#tellOne(follower, record)
    }
  }

  #tellOne(follower: Follower, record: StoredRecord): void {
    try {
      follower.heard(record)
    } catch (cause) {
      const fields = { subject: record.subject, error: messageOf(cause) }
      this.#place.logger.error('a follower of the journal failed', fields)
    }
  }
}

function checkRecord({ subject, body, headers = {} }: JournalRecord): void {
  checkSubject(subject)
  if (body.byteLength > bodyBytesMax) {
    throw journalErrors.record_too_large(
      `A record on \`${subject}\` has ${body.byteLength} bytes; a journal takes ${bodyBytesMax}. Keep large bytes in blob and send a reference.`,
    )
  }
  let headersBytes = 0
  for (const name in headers) headersBytes += name.length + (headers[name] ?? '').length
  if (headersBytes > headersBytesMax) {
    throw journalErrors.record_too_large(
      `The headers of a record on \`${subject}\` have ${headersBytes} characters; a journal takes ${headersBytesMax}.`,
    )
  }
}
