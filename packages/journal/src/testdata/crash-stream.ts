import type { StreamSpec } from '../contract.ts'

/** What the crash test appends to; small segments, so that kills also meet the change from one to the next. */
export const crashStream: StreamSpec = {
  name: 'crash',
  subjects: ['crash.>'],
  storage: 'disk',
  retention: 'limits',
  bytesMax: 512 * 2 ** 20,
  recordsMax: 4000 * 8,
  whenFull: 'dropOldest',
}
