// What is checked when a stream or a consumer is asked for, so that a wrong one fails at start and not under load.

import type { ConsumeOptions, StreamSpec } from './contract.ts'
import { journalErrors } from './errors.ts'
import { subjectsOverlap } from './subject.ts'

/** A new stream: well formed, and no subject that another stream takes. */
export function checkSpec(spec: StreamSpec, others: readonly StreamSpec[]): void {
  const { name, subjects, bytesMax, recordsMax } = spec
  if (!/^[a-z][a-z0-9_-]{0,63}$/.test(name) || subjects.length === 0 || !(bytesMax > 0) || !(recordsMax > 0)) {
    throw journalErrors.stream_differs(
      `A stream needs a lower-case name, subjects, and limits above 0; found \`${name}\` with ${subjects.length} subjects, ${bytesMax} bytes and ${recordsMax} records.`,
    )
  }
  for (const other of others) {
    for (const mine of subjects) {
      const theirs = other.subjects.find((subject) => subjectsOverlap(subject, mine))
      if (theirs === undefined) continue
      throw journalErrors.stream_differs(
        `The subject \`${mine}\` of the stream \`${name}\` overlaps \`${theirs}\` of \`${other.name}\`; a subject belongs to one stream.`,
      )
    }
  }
}

type Setting = Exclude<keyof StreamSpec, 'name'>

/** What a stream cannot change without making its records something else. */
export const lastingSettings: readonly Setting[] = ['subjects', 'storage', 'retention']
export const allSettings: readonly Setting[] = [...lastingSettings, 'bytesMax', 'recordsMax', 'whenFull']

export function checkSame(found: StreamSpec, asked: StreamSpec, settings: readonly Setting[]): void {
  for (const setting of settings) {
    if (String(found[setting]) === String(asked[setting])) continue
    throw journalErrors.stream_differs(
      `The stream \`${asked.name}\` has ${setting} \`${found[setting]}\`; asked was \`${asked[setting]}\`. Change it by hand, or remove the stream when it is empty.`,
      { details: { stream: asked.name, setting } },
    )
  }
}

export function checkOptions({ name, batchMax, inFlightMax, ackWaitMs }: ConsumeOptions): void {
  if (name !== '' && batchMax >= 1 && inFlightMax >= 1 && ackWaitMs >= 1) return
  throw journalErrors.consumer_differs(
    `A consumer needs a name, and batchMax, inFlightMax and ackWaitMs of at least 1; found \`${name}\`, ${batchMax}, ${inFlightMax} and ${ackWaitMs}.`,
  )
}
