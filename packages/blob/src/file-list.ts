// Lists names in their order, without reading directories that cannot hold one that is asked for.

import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

export class FileList {
  readonly #root: string
  readonly #prefix: string
  readonly #namesMax: number
  readonly #after: string
  readonly #found: string[] = []

  constructor(root: string, prefix: string, namesMax: number, after: string) {
    this.#root = root
    this.#prefix = prefix
    this.#namesMax = namesMax
    this.#after = after
  }

  async names(): Promise<string[]> {
    await this.#walk('')
    return this.#found
  }

  /** `path` is '' or ends in `/`: every name in there begins with it, so directories sort as if they did too. */
  async #walk(path: string): Promise<void> {
    const entries = await readdir(join(this.#root, path), { withFileTypes: true }).catch(ifGone)
    const names = entries.map((entry) => path + nameOf(entry)).filter((name) => name !== path)
    for (const name of names.sort(byCodeUnit)) {
      if (this.#found.length >= this.#namesMax) return
      if (name.endsWith('/')) {
        if (this.#mayHold(name)) await this.#walk(name)
      } else if (name.startsWith(this.#prefix) && name > this.#after) this.#found.push(name)
    }
  }

  #mayHold(path: string): boolean {
    const wanted = path.startsWith(this.#prefix) || this.#prefix.startsWith(path)
    return wanted && (path > this.#after || this.#after.startsWith(path))
  }
}

/** The part of the name that the entry stands for; '' for what is neither a blob nor a directory of blobs. */
function nameOf(entry: Dirent): string {
  const isBlob = entry.name.endsWith('~')
  if (entry.isFile() && isBlob) return entry.name.slice(0, -1)
  return entry.isDirectory() && !entry.name.includes('~') ? `${entry.name}/` : ''
}

/** A directory may be emptied and removed while its parent is being read. */
function ifGone(cause: NodeJS.ErrnoException): Dirent[] {
  if (cause.code === 'ENOENT') return []
  throw cause
}

/** The order of S3: by code, not by language. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
