// What dispatch and workers say to each other: CloudEvents 1.0 in JSON. A plugin service in any language speaks these.
//
//   dispatch ── command.<pool>.<plugin>.<run> ──▶ worker        step.run
//   dispatch ── control.<run> ──────────────────▶ every worker  step.cancel
//   worker   ── fact.<pool>.<plugin>.<run> ─────▶ dispatch      step.started · step.alive · step.completed · step.failed

import type { Json, JsonObject } from '@millrace/stdx'

/** Small values travel in the message, larger ones by their name in blob. */
export type Carried = { readonly value: Json } | { readonly blob: string; readonly bytes: number }

export interface CallAddress {
  readonly task: string
  /** −1 outside `forEach`. */
  readonly item: number
  readonly step: string
  /** Pages and repeats, from 0. */
  readonly round: number
  /** Retries, from 1. */
  readonly attempt: number
  /** Hand-outs of this attempt, from 1. */
  readonly fence: number
}

export interface StepRun extends CallAddress {
  readonly environment: string
  readonly runId: string
  readonly playbook: string
  readonly version: number
  readonly plugin: string
  readonly pool: string
  readonly with: Carried
  /** The only secrets this run may read. */
  readonly secrets: readonly string[]
  readonly timeoutMs: number
  readonly idempotencyKey: string
  /** 32 and 16 hex digits (W3C Trace Context). */
  readonly traceId: string
  readonly spanId: string
  /** The worker reports `step.alive` at least every third of this. */
  readonly leaseMs: number
}

export interface StepError {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly details?: JsonObject
}

export type StepReport = CallAddress & {
  readonly environment: string
  readonly runId: string
  readonly worker: string
  /** Milliseconds since 1970 on the worker's clock; only differences are trusted. */
  readonly at: number
  readonly startedAt: number
} & (
    | { readonly type: 'step.started' | 'step.alive' }
    | { readonly type: 'step.completed'; readonly output: Carried }
    | { readonly type: 'step.failed'; readonly error: StepError }
  )

export interface StepCancel {
  readonly runId: string
  /** Absent: every step of the run. */
  readonly step?: CallAddress
  readonly reason: string
}

interface Envelope<Type extends string, Data> {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: Type
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: Data
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

function sealed<Type extends string, Data>(
  type: Type,
  source: string,
  id: string,
  runId: string,
  atMs: number,
  data: Data,
) {
  const envelope: Envelope<Type, Data> = {
    specversion: '1.0',
    id,
    source,
    type,
    subject: runId,
    time: new Date(atMs).toISOString(),
    datacontenttype: 'application/json',
    data,
  }
  return encoder.encode(JSON.stringify(envelope))
}

/** The name of one call; the same call handed out again has the next fence. */
export function callId(runId: string, call: CallAddress): string {
  return `${runId}/${call.task}/${call.item}/${call.step}/${call.round}/${call.attempt}/${call.fence}`
}

export function encodeRun(command: StepRun, atMs: number): Uint8Array {
  return sealed('io.millrace.step.run', '/dispatch', callId(command.runId, command), command.runId, atMs, command)
}

export function encodeReport(report: StepReport): Uint8Array {
  const id = `${callId(report.runId, report)}/${report.type}`
  return sealed(`io.millrace.${report.type}`, `/worker/${report.worker}`, id, report.runId, report.at, report)
}

export function encodeCancel(cancel: StepCancel, atMs: number): Uint8Array {
  return sealed('io.millrace.step.cancel', '/dispatch', `${cancel.runId}/cancel/${atMs}`, cancel.runId, atMs, cancel)
}

/** The data of a message, or undefined when it is not one of `type`. */
function opened<Data>(body: Uint8Array, isType: (type: string) => boolean): Data | undefined {
  try {
    const envelope = JSON.parse(decoder.decode(body)) as Partial<Envelope<string, Data>>
    const fits = envelope.specversion === '1.0' && typeof envelope.type === 'string' && isType(envelope.type)
    return fits && typeof envelope.data === 'object' && envelope.data !== null ? envelope.data : undefined
  } catch {
    return undefined
  }
}

export function decodeRun(body: Uint8Array): StepRun | undefined {
  return opened<StepRun>(body, (type) => type === 'io.millrace.step.run')
}

export function decodeReport(body: Uint8Array): StepReport | undefined {
  return opened<StepReport>(body, (type) => /^io\.millrace\.step\.(started|alive|completed|failed)$/.test(type))
}

export function decodeCancel(body: Uint8Array): StepCancel | undefined {
  return opened<StepCancel>(body, (type) => type === 'io.millrace.step.cancel')
}

export const subjects = {
  command: (pool: string, plugin: string, runId: string) => `command.${pool}.${word(plugin)}.${runId}`,
  report: (pool: string, plugin: string, runId: string) => `fact.${pool}.${word(plugin)}.${runId}`,
  control: (runId: string) => `control.${runId}`,
}

/** `dataset.write` is one word of a subject: `dataset-write`. */
function word(plugin: string): string {
  return plugin.replaceAll('.', '-')
}
