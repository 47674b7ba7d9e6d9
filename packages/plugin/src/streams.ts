// The three streams between dispatch and workers, declared once: whichever of the two starts first makes them.
// Structurally the journal's StreamSpec, which this room may not import.

/** Memory, not disk: dispatch's facts are the truth and send again whatever is lost on the way. */
interface MemoryStream {
  readonly name: string
  readonly subjects: readonly string[]
  readonly storage: 'memory'
  readonly retention: 'acknowledged' | 'limits'
  readonly bytesMax: number
  readonly recordsMax: number
  readonly whenFull: 'refuse' | 'dropOldest'
}

const mebibyte = 1024 * 1024

export const streams: { readonly command: MemoryStream; readonly fact: MemoryStream; readonly control: MemoryStream } =
  {
    /** `step.run`. Full: dispatch waits, and the steps stay in its outbox. */
    command: {
      name: 'command',
      subjects: ['command.>'],
      storage: 'memory',
      retention: 'acknowledged',
      bytesMax: 512 * mebibyte,
      recordsMax: 200_000,
      whenFull: 'refuse',
    },
    /** `step.started`, `step.alive`, `step.completed`, `step.failed`. Full: workers wait with what they have to tell. */
    fact: {
      name: 'fact',
      subjects: ['fact.>'],
      storage: 'memory',
      retention: 'acknowledged',
      bytesMax: 512 * mebibyte,
      recordsMax: 200_000,
      whenFull: 'refuse',
    },
    /** `step.cancel`, heard live by every worker; nobody reads it later, so the oldest may go. */
    control: {
      name: 'control',
      subjects: ['control.>'],
      storage: 'memory',
      retention: 'limits',
      bytesMax: mebibyte,
      recordsMax: 1_000,
      whenFull: 'dropOldest',
    },
  }
