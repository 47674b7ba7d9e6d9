// Keeps an embedded PostgreSQL from the end of its disk, where it would stop instead of refusing.

import { statfsSync } from 'node:fs'
import { storeErrors } from './errors.ts'
import { diskCheckMs, diskReserveBytes } from './limits.ts'

/** A function to call before every write: it throws `store.disk_full` while too little is left. */
export function spaceGuard(directory: string): () => void {
  let checkedAt = Number.NEGATIVE_INFINITY
  let freeBytes = 0
  return () => {
    const now = performance.now()
    if (now - checkedAt >= diskCheckMs) {
      const { bavail, bsize } = statfsSync(directory)
      freeBytes = bavail * bsize
      checkedAt = now
    }
    if (freeBytes >= diskReserveBytes) return
    checkedAt = Number.NEGATIVE_INFINITY
    const [free, reserve] = [freeBytes, diskReserveBytes].map((bytes) => Math.floor(bytes / 2 ** 20))
    throw storeErrors.disk_full(
      `The disk of ${directory} has ${free} MB left; the embedded store writes only while there are ${reserve} MB. Free space; nothing that was acknowledged is lost.`,
      { details: { directory, freeBytes } },
    )
  }
}
