// Whether something must be made again: a stamp remembers the files it was made from by name, size and time of change,
// which a warm start compares in milliseconds. When only the times differ (a fresh checkout, a `touch`), the contents
// are compared before anything is made again.

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Folders that hold what was made, not what it is made from. */
const madeFolders = new Set(['node_modules', 'dist', 'dist-types', 'coverage', 'data', '.millrace', '.git'])

/**
 * All files below a folder (or the file itself), sorted, without what was made from them.
 *
 * @param {string} path
 * @returns {string[]}
 */
export function filesUnder(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return []
  if (stats.isFile()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => (entry.isDirectory() ? !madeFolders.has(entry.name) : entry.isFile()))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]))
}

/**
 * Compares files with a stamp. `remember` writes down the state they had at this call, so that a change made while
 * building is seen the next time.
 *
 * @param {string} stampPath
 * @param {readonly string[]} files
 * @returns {{ fresh: boolean, remember(): void }}
 */
export function compareWithStamp(stampPath, files) {
  const quick = hash((add) => {
    for (const file of files) {
      const stats = statSync(file, { throwIfNoEntry: false })
      add(`${file}\0${stats === undefined ? 'absent' : `${stats.size}\0${stats.mtimeMs}`}\n`)
    }
  })
  const stamp = readStamp(stampPath)
  if (stamp.quick === quick) return { fresh: true, remember: () => {} }
  const content = hash((add) => {
    for (const file of files) {
      add(`${file}\0`)
      if (statSync(file, { throwIfNoEntry: false })?.isFile()) add(readFileSync(file))
    }
  })
  const remember = () => {
    mkdirSync(dirname(stampPath), { recursive: true })
    writeFileSync(stampPath, JSON.stringify({ quick, content }))
  }
  return { fresh: stamp.content === content, remember }
}

/** @param {(add: (part: string | Buffer) => void) => void} fill */
function hash(fill) {
  const state = createHash('sha256')
  fill((part) => state.update(part))
  return state.digest('hex')
}

/**
 * @param {string} path
 * @returns {{ quick?: string, content?: string }}
 */
function readStamp(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return {} // None yet, or torn by a crash: then it is made again, which is always right.
  }
}
