// Records in order. A stream is a named, bounded, ordered log of records; subjects are dotted words
// (`command.default.http.run_01J…`); consumers filter by subject with the wildcards of NATS (`*` one word, `>` the rest).

export interface JournalRecord {
  readonly subject: string
  readonly body: Uint8Array
  /** Small text headers, e.g. `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface StoredRecord extends JournalRecord {
  /** 1, 2, 3… within the stream, in order of append. */
  readonly position: number
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface StreamSpec {
  /** Lower-case word, e.g. `command`, `telemetry`. */
  readonly name: string
  /** Subjects that belong to it, e.g. `['command.>']`. A subject belongs to one stream. */
  readonly subjects: readonly string[]
  /** `disk` survives `kill -9` once appended; `memory` is for what another truth can send again. */
  readonly storage: 'disk' | 'memory'
  /** `acknowledged`: a record goes away once every durable consumer has acknowledged it; `limits`: only by limits. */
  readonly retention: 'acknowledged' | 'limits'
  readonly bytesMax: number
  readonly recordsMax: number
  /** Full: `refuse` the append with `journal.full`, or drop the oldest. */
  readonly whenFull: 'refuse' | 'dropOldest'
}

export interface Delivery extends StoredRecord {
  /** 1 for the first delivery. */
  readonly deliveries: number
}

export interface ConsumeOptions {
  readonly stream: string
  /** Durable name: position and acknowledgements are kept under it, and consumers of the same name share the records. */
  readonly name: string
  /** Subject filter; all of the stream when absent. */
  readonly filter?: string
  /** Most records handed to `handle` at once. */
  readonly batchMax: number
  /** Most records out and not acknowledged, over all batches; `handle` may run several times at once up to this. */
  readonly inFlightMax: number
  /** Not acknowledged after this: delivered again. */
  readonly ackWaitMs: number
}

export interface Consumer {
  /** Stops deliveries and waits for the handlers that run. */
  stop(): Promise<void>
}

export interface Acknowledger {
  ack(deliveries: readonly Delivery[]): Promise<void>
  /** Give back for redelivery after `delayMs`. */
  nak(deliveries: readonly Delivery[], delayMs: number): Promise<void>
  /** Restarts the ack wait: "still working on it". */
  extend(deliveries: readonly Delivery[]): Promise<void>
}

export interface Journal {
  /** Creates the stream, or checks that it is as asked. */
  ensureStream(spec: StreamSpec): Promise<void>
  /** Resolves with the positions, in order, when all are durable (disk) or taken (memory). All or nothing per call and stream. */
  append(records: readonly JournalRecord[]): Promise<readonly number[]>
  /** At least once, in order of position per batch. A handler that throws naks its batch. */
  consume(
    options: ConsumeOptions,
    handle: (batch: readonly Delivery[], acks: Acknowledger) => Promise<void>,
  ): Promise<Consumer>
  /** Live only: hears what is appended from now on, without memory or acknowledgement. For screens. */
  follow(filter: string, heard: (record: StoredRecord) => void): Promise<() => void>
  /** Up to `recordsMax` records at or after `position`, oldest first. */
  read(stream: string, position: number, recordsMax: number): Promise<readonly StoredRecord[]>
  /** Bytes, records, and how far behind each durable consumer is. */
  status(stream: string): Promise<StreamStatus>
  close(): Promise<void>
}

export interface StreamStatus {
  readonly records: number
  readonly bytes: number
  readonly positionLast: number
  readonly consumers: readonly { readonly name: string; readonly pending: number; readonly inFlight: number }[]
}
