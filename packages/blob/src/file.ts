// Bytes by name in files. Writing is: temporary file, fsync, rename, fsync of the directory; so that a reader, and a start
// after `kill -9`, sees the old bytes or the new ones and never a part.

import { randomUUID } from 'node:crypto'
import { type Dirent, constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Blob } from './contract.ts'
import { blobErrors } from './errors.ts'
import { blobBytesMax, listNamesMax } from './limits.ts'
import { checkName } from './name.ts'

export interface FileBlobOptions {
  /** Made when absent. */
  readonly directory: string
  /** Of one blob; 1 GiB unless said. */
  readonly bytesMax?: number
}

/** Half-written files are kept apart, so that a list never shows one and a start can clear them. */
const scratch = '.writing'

export async function openFileBlob(options: FileBlobOptions): Promise<Blob> {
  const { directory } = options
  const bytesMax = options.bytesMax ?? blobBytesMax
  const writing = join(directory, scratch)
  await rm(writing, { recursive: true, force: true })
  await mkdir(writing, { recursive: true })
  const pathOf = (name: string): string => {
    checkName(name)
    return join(directory, name)
  }
  return {
    async put(name, bytes) {
      const path = pathOf(name)
      if (bytes.length > bytesMax) {
        throw blobErrors.too_large(`The blob ${name} is ${bytes.length} bytes; at most ${bytesMax} are taken.`)
      }
      const temporary = join(writing, randomUUID())
      try {
        await writeDurably(temporary, bytes)
        await mkdir(dirname(path), { recursive: true })
        await rename(temporary, path)
        await syncDirectory(dirname(path))
      } catch (cause) {
        await rm(temporary, { force: true }).catch(() => undefined)
        throw troubleOf(cause, name)
      }
    },
    async get(name) {
      // A link is not followed: whoever may write into the directory must not be able to point out of it.
      const file = await open(pathOf(name), constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => absent(cause, name))
      if (file === undefined) return undefined
      try {
        const { size } = await file.stat()
        if (size > bytesMax) throw blobErrors.too_large(`The blob ${name} is ${size} bytes; at most ${bytesMax} are read.`)
        return await file.readFile()
      } finally {
        await file.close()
      }
    },
    async size(name) {
      const found = await stat(pathOf(name)).catch((cause: unknown) => absent(cause, name))
      return found?.isFile() === true ? found.size : undefined
    },
    async remove(name) {
      await rm(pathOf(name), { force: true })
    },
    async list(prefix, namesMax, after = '') {
      const names: string[] = []
      await walk(directory, '', prefix, after, Math.min(namesMax, listNamesMax), names)
      return names
    },
    close: () => Promise.resolve(),
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncDirectory(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function absent(cause: unknown, name: string): undefined {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ELOOP') return undefined
  throw troubleOf(cause, name)
}

function troubleOf(cause: unknown, name: string): Error {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') return blobErrors.disk_full(`The disk is full; the blob ${name} was not written.`, { cause })
  if (code === 'EISDIR' || code === 'ENOTDIR' || code === 'ENOTEMPTY' || code === 'EEXIST') {
    return blobErrors.name_invalid(`The blob name ${name} is the beginning of another blob's name, or the other way round.`, { cause })
  }
  return cause as Error
}

/** Depth first in the order of names; whole directories before `after` or outside `prefix` are not opened. */
async function walk(root: string, below: string, prefix: string, after: string, namesMax: number, names: string[]): Promise<void> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((): Dirent[] => [])
  const keyed = entries.map((entry) => ({ entry, key: `${below}${entry.name}${entry.isDirectory() ? '/' : ''}` }))
  for (const { entry, key } of keyed.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (names.length >= namesMax) return
    if (key === `${scratch}/`) continue
    if (entry.isDirectory()) {
      const mayHold = key.startsWith(prefix) || prefix.startsWith(key)
      if (mayHold && (after < key || after.startsWith(key))) await walk(root, key, prefix, after, namesMax, names)
    } else if (entry.isFile() && key.startsWith(prefix) && key > after) {
      names.push(key)
    }
  }
}
