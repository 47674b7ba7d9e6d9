// The few things about files that must be done the same way wherever a journal writes.

import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type MillraceError, messageOf } from '@millrace/stdx'
import { journalErrors } from './errors.ts'

/** A new, renamed or removed name is durable once its directory is. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A file appears whole under its name or not at all; an older one of that name is replaced. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const fresh = `${path}.new`
  const handle = await open(fresh, 'w')
  try {
    await handle.writeFile(bytes)
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await rename(fresh, path)
  await syncDirectory(dirname(path))
}

/** Writes all of it at an offset: one `write` may take less than it was given. */
export async function writeAt(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done)
    done += bytesWritten
  }
}

/** What a refused write means to whoever appended. */
export function writeError(cause: unknown, path: string): MillraceError {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return journalErrors.disk_full(
      `There is no space left for ${path}; nothing of this append was kept. Free space; nothing that was acknowledged is lost.`,
      { details: { path, code } },
    )
  }
  return journalErrors.write_failed(`Writing ${path} failed: ${messageOf(cause)}. Nothing of this append was kept.`, {
    details: { path, code },
    cause,
  })
}
