// Blobs as files: `runs/7/output` is `<directory>/runs/7/output~`. The `~`, which no name has, keeps the file of `a`
// apart from the directory of `a/b`. A blob is written aside and renamed, so a reader sees the old or the new whole.
//
// File systems that do not tell `A` from `a` do not tell such names apart either.

import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, realpath, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { MillraceError, messageOf } from '@millrace/stdx'
import type { Blob } from './contract.ts'
import { blobErrors } from './errors.ts'
import { FileList } from './file-list.ts'
import { blobBytesMax, leftoverAgeMsMin, namesMax as listMax } from './limits.ts'
import { checkPrefix, nameSegments } from './name.ts'

export interface FileBlobOptions {
  /** Made when absent. Several processes may share it. */
  readonly directory: string
  /** Most bytes of one blob; 256 MB unless said otherwise. */
  readonly bytesMax?: number
}

export async function openFileBlob({ directory, bytesMax = blobBytesMax }: FileBlobOptions): Promise<Blob> {
  try {
    await mkdir(join(directory, freshName), { recursive: true })
    const blob = new FileBlob(await realpath(directory), bytesMax)
    await blob.sweep()
    return blob
  } catch (cause) {
    throw translate(cause, directory)
  }
}

/** Where blobs are written before they get their names. */
const freshName = '~new'

/** How often a put starts over when a concurrent remove takes its directory away. */
const triesMax = 5

class FileBlob implements Blob {
  readonly #root: string
  readonly #bytesMax: number

  constructor(root: string, bytesMax: number) {
    this.#root = root
    this.#bytesMax = bytesMax
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name)
    if (bytes.byteLength > this.#bytesMax) {
      throw blobErrors.too_large(
        `The blob \`${name}\` has ${bytes.byteLength} bytes; at most ${this.#bytesMax} are taken.`,
      )
    }
    const fresh = join(this.#root, freshName, randomUUID())
    try {
      await writeDurable(fresh, bytes)
      await this.#place(fresh, path)
    } catch (cause) {
      await rm(fresh, { force: true })
      throw translate(cause, name)
    }
  }

  /** Renames into place; the directories on the way there are durable too when it is through. */
  async #place(fresh: string, path: string): Promise<void> {
    const directory = dirname(path)
    for (let tries = 1; ; tries++) {
      try {
        const changed = await this.#makeInside(directory)
        await rename(fresh, path)
        for (const each of [directory, ...changed]) await syncDirectory(each)
        return
      } catch (cause) {
        if (codeOf(cause) !== 'ENOENT' || tries === triesMax) throw cause
      }
    }
  }

  /** Makes the directory step by step, so that no symbolic link is followed; answers those that got a new entry. */
  async #makeInside(directory: string): Promise<string[]> {
    const changed: string[] = []
    let at = this.#root
    for (const segment of relative(this.#root, directory).split(sep).filter(Boolean)) {
      const parent = at
      at = join(at, segment)
      const found = await lstat(at).catch(ifAbsent)
      if (found?.isDirectory()) continue
      if (found !== undefined) throw escape(relative(this.#root, at))
      await mkdir(at).catch(ifPresent)
      changed.push(parent)
    }
    return changed
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    return this.#ifThere(name, async (path) => {
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
      return file.readFile().finally(() => file.close())
    })
  }

  async size(name: string): Promise<number | undefined> {
    return this.#ifThere(name, async (path) => {
      const found = await lstat(path)
      if (found.isSymbolicLink()) throw escape(path)
      return found.size
    })
  }

  async remove(name: string): Promise<void> {
    await this.#ifThere(name, async (path) => {
      await rm(path)
      await syncDirectory(dirname(path))
      await this.#removeEmpty(dirname(path))
    })
  }

  /** Directories that hold nothing any more go too; one that somebody just filled stays. */
  async #removeEmpty(directory: string): Promise<void> {
    try {
      for (let at = directory; at !== this.#root; at = dirname(at)) await rmdir(at)
    } catch (cause) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY'].includes(codeOf(cause))) throw cause
    }
  }

  async list(prefix: string, namesMax: number, after?: string): Promise<readonly string[]> {
    checkPrefix(prefix)
    if (after !== undefined) nameSegments(after)
    try {
      return await new FileList(this.#root, prefix, Math.min(namesMax, listMax), after ?? '').names()
    } catch (cause) {
      throw translate(cause, prefix)
    }
  }

  async close(): Promise<void> {}

  /** Removes what crashes left behind, long ago: another process may be writing what is new. */
  async sweep(): Promise<void> {
    const directory = join(this.#root, freshName)
    for (const name of await readdir(directory)) {
      const path = join(directory, name)
      const found = await stat(path).catch(() => undefined)
      if (found !== undefined && Date.now() - found.mtimeMs > leftoverAgeMsMin) await rm(path, { force: true })
    }
  }

  #path(name: string): string {
    return `${join(this.#root, ...nameSegments(name))}~`
  }

  async #ifThere<T>(name: string, act: (path: string) => Promise<T>): Promise<T | undefined> {
    const path = this.#path(name)
    try {
      await this.#checkInside(dirname(path))
      return await act(path)
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return undefined
      throw translate(cause, name)
    }
  }

  /** A symbolic link on the way could lead anywhere. */
  async #checkInside(directory: string): Promise<void> {
    if (directory !== this.#root && (await realpath(directory)) !== directory)
      throw escape(relative(this.#root, directory))
  }
}

async function writeDurable(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch((cause: unknown) => {
    // Another remove may have taken the empty directory away.
    if (codeOf(cause) === 'ENOENT') return undefined
    throw cause
  })
  await handle?.sync().finally(() => handle.close())
}

function ifAbsent(cause: unknown): undefined {
  if (codeOf(cause) !== 'ENOENT') throw cause
}

function ifPresent(cause: unknown): void {
  if (codeOf(cause) !== 'EEXIST') throw cause
}

function codeOf(cause: unknown): string {
  return String((cause as NodeJS.ErrnoException).code ?? '')
}

function escape(path: string) {
  return blobErrors.name_invalid(
    `\`${path.split(sep).join('/')}\` is or passes through a symbolic link; blobs are kept in real directories only.`,
  )
}

function translate(cause: unknown, name: string): Error {
  if (cause instanceof MillraceError) return cause
  const code = codeOf(cause)
  const details = { name, code }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return blobErrors.disk_full(`There is no space left for the blob \`${name}\`. Free space and try again.`, {
      details,
    })
  }
  if (code === 'ELOOP') return escape(name)
  return blobErrors.unreachable(`The blob \`${name}\` cannot be reached: ${messageOf(cause)}.`, {
    details,
    retryable: !['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code),
    cause,
  })
}
