// Reads a whole segment: what is in it, where it ends, and whether what is wrong with it may be cut off.

import { decodeFrame, type Frame, nextFrame } from './frame.ts'

export interface ScannedSegment {
  /** The frames of whole calls; what follows the last of them was never acknowledged. */
  readonly frames: Frame[]
  /** Where acknowledged bytes are damaged. */
  readonly damagedAt?: number
}

/**
 * `growing` is for the segment that was written last: its end may be torn. In any other every byte was settled.
 * Positions rise within a segment; one that does not is damage too.
 */
export function scanSegment(buffer: Buffer, growing: boolean): ScannedSegment {
  const frames: Frame[] = []
  let at = 0
  let whole = 0
  let position = 0
  while (at < buffer.length) {
    const frame = decodeFrame(buffer, at)
    if (frame === undefined || 'short' in frame || frame.record.position <= position) break
    frames.push(frame)
    position = frame.record.position
    at = frame.end
    if (frame.last) whole = frames.length
  }
  if (at < buffer.length && (!growing || isSettled(buffer, at))) return { frames, damagedAt: at }
  if (!growing && whole < frames.length) return { frames, damagedAt: at }
  return { frames: frames.slice(0, whole) }
}

/** Whether a later frame knew that the byte at `broken` was durable. */
function isSettled(buffer: Buffer, broken: number): boolean {
  for (let at = nextFrame(buffer, broken + 1); at >= 0; at = nextFrame(buffer, at + 1)) {
    const frame = decodeFrame(buffer, at)
    if (frame !== undefined && !('short' in frame) && frame.settled > broken) return true
  }
  return false
}
