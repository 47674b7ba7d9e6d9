// npm links every workspace and hoists every package to the root, so an undeclared import passes the compiler and Node
// alike, until somebody installs one package alone. Manifests and compiler references are held to what is imported.

import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { allowedRooms } from './rooms.ts'
import { importsOf, isSource, isTest } from './source.ts'
import type { Fault, Tree, TreeFile } from './tree.ts'
import { outsidePackage, splitWorkspaceImport, type Workspace, workspaceAt, workspacesOf } from './workspace.ts'

/** Every package that a file imports is in its manifest, and builtins are named as such. */
export function declaredImports(tree: Tree): Fault[] {
  return tree.files.filter(isSource).flatMap((file) => {
    const workspace = workspaceAt(tree, file.path)
    if (workspace === undefined) return []
    return importsOf(file).flatMap(({ specifier, line, isType }) => {
      if (isBuiltin(specifier) && !specifier.startsWith('node:')) {
        return [`${file.path}:${line}: write node:${specifier}, or it could mean a package of that name.`]
      }
      const name = splitWorkspaceImport(specifier) ? specifier.split('/', 2).join('/') : outsidePackage(specifier)
      if (name === undefined || name === workspace.name) return []
      if (declaredFor(tree, file, workspace, isType).includes(name)) return []
      return [`${file.path}:${line}: ${name} is not declared in ${posix.join(workspace.folder, 'package.json')}.`]
    })
  })
}

/** What a file may import: tests and build files also what is there for development, the root's included. */
function declaredFor(tree: Tree, file: TreeFile, workspace: Workspace, isType: boolean): readonly string[] {
  const { dependencies, devDependencies, folder } = workspace
  const [root] = workspacesOf(tree)
  const isBuildFile = file.path.endsWith('.config.ts') || file.path.startsWith('packages/web/')
  // Scripts and examples belong to the root, which sees every workspace.
  if (folder === '') return [...dependencies, ...devDependencies, ...workspacesOf(tree).map(({ name }) => name)]
  if (isTest(file) || isBuildFile || folder === 'e2e' || folder === 'bench') {
    return [...dependencies, ...devDependencies, ...(root?.devDependencies ?? [])]
  }
  return isType ? [...dependencies, ...devDependencies] : dependencies
}

/** A manifest promises no more than the import table allows. */
export function manifestsWithinTable(tree: Tree): Fault[] {
  return workspacesOf(tree).flatMap((workspace) => {
    const allowed = allowedRooms(workspace)
    if (allowed === undefined) return []
    return workspace.dependencies.flatMap((name) => {
      const ours = splitWorkspaceImport(name)
      if (ours === undefined || allowed.includes(ours.room)) return []
      return [`${workspace.folder}/package.json: ${workspace.room} may not depend on ${ours.room}.`]
    })
  })
}

/** Tests read sources: each door of a package leads to its source first, and that file is there. */
export function exportsHaveSources(tree: Tree): Fault[] {
  return workspacesOf(tree).flatMap(({ folder, exports }) => {
    const path = posix.join(folder, 'package.json')
    const manifest = JSON.parse(tree.get(path)?.text ?? '{}') as { exports?: Record<string, unknown> }
    return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
      if (typeof target === 'string') return target.includes('/dist/') ? [`${path}: ${subpath} has no source.`] : []
      const conditions = Object.keys(target as object)
      if (conditions.join() !== 'source,types,default') {
        return [
          `${path}: ${subpath} has the conditions ${conditions.join()}; expected source,types,default, in this order.`,
        ]
      }
      const source = exports.get(subpath) ?? ''
      return source.includes('*') || tree.get(source)
        ? []
        : [`${path}: ${subpath} leads to ${source}, which is absent.`]
    })
  })
}

interface Project {
  readonly references?: readonly { readonly path: string }[]
}

/** The compiler builds each package after those that it depends on, and the root builds them all. */
export function projectReferences(tree: Tree): Fault[] {
  const configs = tree.files.filter(({ path }) => /(^|\/)tsconfig\.json$/.test(path))
  return configs.flatMap((config) => {
    const folder = posix.dirname(config.path)
    const { references = [] } = JSON.parse(config.text) as Project
    const found = references.map(({ path }) => posix.join(folder, path))
    const wanted =
      folder === '.' ? configs.map(({ path }) => posix.dirname(path)).filter((f) => f !== '.') : wantedBy(tree, folder)
    return [
      ...wanted.filter((path) => !found.includes(path)).map((path) => `${config.path}: has no reference to ${path}.`),
      ...found
        .filter((path) => !wanted.includes(path))
        .map((path) => `${config.path}: refers to ${path}, which it does not need.`),
    ]
  })
}

/**
 * The projects that a folder's dependencies are compiled by. What a manifest declares is needed; so is what the files
 * import beyond it: tests everywhere start servers with e2e's launchers, and scripts and examples have no manifest.
 */
function wantedBy(tree: Tree, folder: string): string[] {
  const workspace = workspacesOf(tree).find((candidate) => candidate.folder === folder)
  const files = tree.files.filter((file) => file.path.startsWith(`${folder}/`) && isSource(file))
  const imported = files.flatMap(importsOf).map(({ specifier }) => specifier.split('/', 2).join('/'))
  const names = new Set([...(workspace?.dependencies ?? []), ...(workspace?.devDependencies ?? []), ...imported])
  const wanted = workspacesOf(tree)
    .filter((other) => names.has(other.name) && other.folder !== '' && other.folder !== folder)
    .filter((other) => [...other.exports.values()].some((path) => isSource({ path, text: '' })))
    .map((other) => projectOf(other.folder))
  return folder === 'e2e' ? [...wanted, projectOf(folder)] : wanted.filter((path) => path !== folder)
}

/** Of e2e, others use the launchers of servers only; they are a project of their own, below everybody. */
function projectOf(folder: string): string {
  return folder === 'e2e' ? 'e2e/servers' : folder
}
