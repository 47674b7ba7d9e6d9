// The repository as a list of files, which is all that the rules see: so a rule is a pure function and can be tested on a
// tree made up in a few lines.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TreeFile {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly text: string
}

export interface Tree {
  readonly files: readonly TreeFile[]
  get(path: string): TreeFile | undefined
}

/** One fault, as `path:line: what is wrong and what to do`. */
export type Fault = string
export type Rule = (tree: Tree) => Fault[]

/** A tree from paths and texts. */
export function treeOf(texts: Readonly<Record<string, string>>): Tree {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }))
  const byPath = new Map(files.map((file) => [file.path, file]))
  return { files, get: (path) => byPath.get(path) }
}

/** All text files below a folder that its .gitignore does not name. */
export function readTree(root: string): Tree {
  const texts: Record<string, string> = {}
  const ignored = ignoredBy(readFileSync(join(root, '.gitignore'), 'utf8'))
  const read = (folder: string) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.name === '.git' || ignored(path)) continue
      if (entry.isDirectory()) read(path)
      else if (entry.isFile()) {
        const text = readFileSync(join(root, path), 'utf8')
        if (!text.includes('\0')) texts[path] = text
      }
    }
  }
  read('')
  return treeOf(texts)
}

/** The three forms our .gitignore uses: `name/` anywhere, `/from/the/root/`, `*.ending`. */
function ignoredBy(gitignore: string): (path: string) => boolean {
  const patterns = gitignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return (path) =>
    patterns.some((pattern) => {
      const name = pattern.replace(/\/$/, '')
      if (name.startsWith('/')) return path === name.slice(1)
      if (name.startsWith('*')) return path.endsWith(name.slice(1))
      return path === name || path.endsWith(`/${name}`)
    })
}
