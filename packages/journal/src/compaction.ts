// Makes sealed segments smaller: one record that stays for days must not keep the megabytes around it on the disk.

import { writeWhole } from './file-system.ts'
import { encodeFrames, frameBytes } from './frame.ts'
import { Segment } from './segment.ts'

/**
 * Writes what is left of `parts`, neighbours in order, over the file of the first. Whoever is interrupted after that
 * leaves the files of the others, whose records are then twice there: an open that meets a segment beginning inside
 * the one before it removes it.
 */
export async function compact(parts: readonly [Segment, ...Segment[]]): Promise<Segment> {
  const kept = []
  for (const part of parts) {
    for (const { record } of await part.scan(false)) if (!part.isFreed(record.position)) kept.push(record)
  }
  const [{ path, first }] = parts
  await writeWhole(
    path,
    encodeFrames(
      kept.map((record) => [record]),
      0,
    ),
  )
  const segment = new Segment(path, first)
  for (const record of kept) {
    const bytes = frameBytes(record)
    segment.add(record, bytes)
    // It may have been freed while the file was written.
    if (parts.some((part) => part.isFreed(record.position))) segment.free(record.position, bytes)
  }
  segment.last = parts.at(-1)?.last ?? segment.last
  return segment
}
