// Eyes for the conformance suite: a consumer that remembers what it was given, and tests that wait for it to have
// seen enough instead of sleeping.

import type {
  Acknowledger,
  ConsumeOptions,
  Consumer,
  Delivery,
  Journal,
  JournalRecord,
  StreamSpec,
} from './contract.ts'

/** The journal of the running test. */
export interface Bench {
  journal: Journal
  /** Makes a stream named `name` over `name.>`, with limits no test meets by accident. */
  stream(name: string, settings?: Partial<StreamSpec>): Promise<void>
}

export const text = (record: { readonly body: Uint8Array }) => Buffer.from(record.body).toString()

export const record = (subject: string, body = subject): JournalRecord => ({ subject, body: Buffer.from(body) })

export const numbered = (subject: string, count: number, from = 1): JournalRecord[] =>
  Array.from({ length: count }, (_, i) => record(subject, String(from + i)))

export interface Observed {
  readonly consumer: Consumer
  /** All deliveries so far, in order of arrival. */
  readonly deliveries: Delivery[]
  readonly batches: (readonly Delivery[])[]
  /** Resolves when `count` deliveries have come in all. */
  seen(count: number): Promise<void>
  bodies(): string[]
}

type React = (batch: readonly Delivery[], acks: Acknowledger) => void | Promise<void>

export const ackAll: React = (batch, acks) => acks.ack(batch)

/** Consumes with roomy defaults; `react` decides what happens to a batch after it was noted down. */
export async function observe(
  journal: Journal,
  options: Partial<ConsumeOptions> & { readonly stream: string },
  react: React = ackAll,
): Promise<Observed> {
  const deliveries: Delivery[] = []
  const batches: (readonly Delivery[])[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const full = { name: 'reader', batchMax: 100, inFlightMax: 1000, ackWaitMs: 30_000, ...options }
  const consumer = await journal.consume(full, async (batch, acks) => {
    batches.push(batch)
    deliveries.push(...batch)
    await react(batch, acks)
    for (const entry of waiting) if (deliveries.length >= entry.count) entry.resolve()
  })
  return {
    consumer,
    deliveries,
    batches,
    seen(count) {
      if (deliveries.length >= count) return Promise.resolve()
      return new Promise((resolve) => waiting.push({ count, resolve }))
    },
    bodies: () => deliveries.map(text),
  }
}
