// The packages of the repository, as their manifests declare them, and where an import leads.

import { posix } from 'node:path'
import { importsOf, isSource } from './source.ts'
import type { Tree, TreeFile } from './tree.ts'

export interface Workspace {
  /** `packages/store`; `''` for the root, to which scripts and examples belong. */
  readonly folder: string
  /** `@millrace/store` */
  readonly name: string
  /** `store`, `plugin-http`, `web`. */
  readonly room: string
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
  /** Subpath to source: `./pglite` to `packages/store/src/pglite.ts`. A pattern keeps its `*`. */
  readonly exports: ReadonlyMap<string, string>
}

interface Manifest {
  readonly name: string
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly exports?: Record<string, string | Record<string, string>>
}

const known = new WeakMap<Tree, readonly Workspace[]>()

/** All workspaces, the root first. */
export function workspacesOf(tree: Tree): readonly Workspace[] {
  let workspaces = known.get(tree)
  if (workspaces === undefined) {
    workspaces = tree.files
      .filter(({ path }) =>
        /^(package\.json|(packages|plugins)\/[^/]+\/package\.json|(e2e|bench)\/package\.json)$/.test(path),
      )
      .sort((a, b) => (a.path === 'package.json' ? -1 : b.path === 'package.json' ? 1 : 0))
      .map(readWorkspace)
    known.set(tree, workspaces)
  }
  return workspaces
}

function readWorkspace(file: TreeFile): Workspace {
  const manifest = JSON.parse(file.text) as Manifest
  const folder = file.path.replace(/\/?package\.json$/, '')
  const exports = new Map<string, string>()
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const source = typeof target === 'string' ? target : target['source']
    if (source !== undefined) exports.set(subpath, posix.join(folder, source))
  }
  return {
    folder,
    name: manifest.name,
    room: manifest.name.replace('@millrace/', ''),
    dependencies: Object.keys(manifest.dependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    exports,
  }
}

/** The workspace that a path lies in. */
export function workspaceAt(tree: Tree, path: string): Workspace | undefined {
  const [root, ...rest] = workspacesOf(tree)
  return rest.find(({ folder }) => path.startsWith(`${folder}/`)) ?? root
}

/** `@millrace/store/pglite` as room and subpath; undefined when it is no workspace package. */
export function splitWorkspaceImport(specifier: string): { room: string; subpath: string } | undefined {
  const [, room, subpath = ''] = /^@millrace\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? []
  return room === undefined ? undefined : { room, subpath }
}

/** `@scope/name` or `name` of a package outside the repository; undefined for relative paths, builtins and our own. */
export function outsidePackage(specifier: string): string | undefined {
  if (/^([./#]|node:|virtual:|@millrace\/)/.test(specifier)) return undefined
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** The file of this repository that an import leads to. */
export function targetOf(tree: Tree, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return existing(tree, posix.join(posix.dirname(from), specifier.replace(/\?.*$/, '')))
  const ours = splitWorkspaceImport(specifier)
  if (ours === undefined) return undefined
  const workspace = workspacesOf(tree).find(({ room }) => room === ours.room)
  const subpath = ours.subpath === '' ? '.' : `./${ours.subpath}`
  for (const [pattern, source] of workspace?.exports ?? []) {
    const [before = '', after] = pattern.split('*')
    if (after === undefined ? pattern === subpath : subpath.startsWith(before)) {
      return existing(tree, source.replace('*', subpath.slice(before.length)))
    }
  }
  return undefined
}

/** A `.js` in an import may mean a TypeScript source. */
function existing(tree: Tree, path: string): string | undefined {
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((candidate) => tree.get(candidate) !== undefined)
}

/** All files that are loaded together with `entry`, itself included; types alone load nothing. */
export function reachableFrom(tree: Tree, entry: string): Set<string> {
  const reached = new Set<string>()
  const visit = (path: string) => {
    const file = tree.get(path)
    if (file === undefined || reached.has(path) || !isSource(file)) return
    reached.add(path)
    for (const { specifier, isType } of importsOf(file)) {
      const target = isType ? undefined : targetOf(tree, path, specifier)
      if (target !== undefined) visit(target)
    }
  }
  visit(entry)
  return reached
}
