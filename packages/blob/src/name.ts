// Names are checked here, once for every adapter, because a name comes from a run or a user and ends in a path.

import { blobErrors } from './errors.ts'
import { nameLengthMax, segmentLengthMax } from './limits.ts'

const segment = /^[A-Za-z0-9._-]+$/

/** The segments of a name; `blob.name_invalid` when it is not one. */
export function nameSegments(name: string): string[] {
  const segments = name.split('/')
  if (name.length > nameLengthMax || !segments.every(isSegment)) throw invalidName(name)
  return segments
}

/** A prefix is a name that may stop anywhere: `runs/run_01` or `runs/` or nothing. */
export function checkPrefix(prefix: string): void {
  const whole = prefix.split('/')
  const last = whole.pop() ?? ''
  const good = whole.every(isSegment) && (last === '' || /^[A-Za-z0-9._-]*$/.test(last))
  if (!good || prefix.length > nameLengthMax) throw invalidName(prefix)
}

function isSegment(text: string): boolean {
  return segment.test(text) && text !== '.' && text !== '..' && text.length <= segmentLengthMax
}

function invalidName(name: string) {
  return blobErrors.name_invalid(
    `A blob's name is segments of letters, digits, \`.\`, \`_\` and \`-\` between \`/\`, at most ${nameLengthMax} characters, and no segment is \`.\` or \`..\`; found ${JSON.stringify(name.slice(0, 80))}.`,
  )
}
