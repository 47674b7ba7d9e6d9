// The import table of ARCHITECTURE.md: imports go down only, and neighbours on floors 2 and 3 never import each other.
//
//   6  app
//   5  web
//   4  api
//   3  dispatch   worker   refine   watch   access
//   2  playbook   plugin   dataset  telemetry
//   1  lang │ store  journal  olap  blob
//   0  stdx

import { importsOf, isSource, isTest } from './source.ts'
import type { Fault, Tree } from './tree.ts'
import {
  outsidePackage,
  reachableFrom,
  splitWorkspaceImport,
  targetOf,
  type Workspace,
  workspaceAt,
} from './workspace.ts'

const memories = ['store', 'journal', 'olap', 'blob']
const meanings = ['playbook', 'plugin', 'dataset', 'telemetry']
const happenings = ['dispatch', 'worker', 'refine', 'watch', 'access']
const belowApi = ['stdx', 'lang', ...memories, ...meanings, ...happenings]

/** Which rooms each room may import. A plugin is written against one package, so that anybody can write one. */
const table: Readonly<Record<string, readonly string[]>> = {
  stdx: [],
  lang: ['stdx'],
  store: ['stdx'],
  journal: ['stdx'],
  olap: ['stdx'],
  blob: ['stdx'],
  playbook: ['stdx', 'lang'],
  plugin: ['stdx', 'lang'],
  dataset: ['stdx', 'lang'],
  telemetry: ['stdx', 'lang'],
  access: ['stdx', 'lang', 'store'],
  dispatch: ['stdx', 'lang', 'store', 'journal', 'blob', 'playbook', 'plugin', 'telemetry'],
  worker: ['stdx', 'lang', 'journal', 'blob', 'playbook', 'plugin', 'telemetry'],
  refine: ['stdx', 'lang', 'store', 'journal', 'olap', 'blob', 'dataset'],
  watch: ['stdx', 'lang', 'store', 'journal', 'olap', 'telemetry'],
  api: belowApi,
  web: ['stdx', 'lang', ...meanings],
}

/** Rooms of which only types may be imported: the console speaks to the API over the wire. */
const typesOnly: Readonly<Record<string, readonly string[]>> = { web: ['api'] }

/** Those who put rooms together, from the outside. */
const unbounded = new Set(['app', 'bench', 'e2e', 'millrace'])

/** The rooms that a workspace may import; undefined when all. */
export function allowedRooms({ room }: Workspace): readonly string[] | undefined {
  if (unbounded.has(room)) return undefined
  return table[room] ?? (room.startsWith('plugin-') ? ['plugin'] : [])
}

/** Every import between rooms is in the table, and goes through a package's door. */
export function importTable(tree: Tree): Fault[] {
  return everyImport(tree).flatMap(({ path, line, specifier, isType, isTest, workspace }) => {
    if (specifier.startsWith('.')) {
      const target = targetOf(tree, path, specifier)
      if (target === undefined || workspaceAt(tree, target) === workspace) return []
      return [`${path}:${line}: ${specifier} climbs into another package; import it by its name.`]
    }
    const ours = splitWorkspaceImport(specifier)
    const allowed = allowedRooms(workspace)
    if (ours === undefined || allowed === undefined || ours.room === workspace.room) return []
    if (allowed.includes(ours.room)) return []
    if (isType && typesOnly[workspace.room]?.includes(ours.room)) return []
    if (isTest && ours.room === 'e2e' && ours.subpath.startsWith('servers/')) return []
    return [`${path}:${line}: ${workspace.room} may not import ${ours.room}, only: ${allowed.join(', ') || 'nothing'}.`]
  })
}

/** A memory is chosen by `app`, from the address in the configuration; elsewhere only tests name one. */
export function adaptersInApp(tree: Tree): Fault[] {
  return everyImport(tree).flatMap(({ path, line, specifier, isTest, workspace }) => {
    const ours = splitWorkspaceImport(specifier)
    if (ours === undefined || !memories.includes(ours.room) || ours.subpath === '') return []
    if (isTest || ['app', 'bench', 'e2e'].includes(workspace.room)) return []
    return [`${path}:${line}: only app may name an adapter (${specifier}); take the contract as an argument.`]
  })
}

/** `@millrace/stdx/node` (files, processes) is for those who touch the machine: adapters, worker and app. */
export function nodeInFewRooms(tree: Tree): Fault[] {
  return everyImport(tree).flatMap(({ path, line, specifier, isTest, workspace }) => {
    if (specifier !== '@millrace/stdx/node' || isTest) return []
    if (['app', 'worker', 'bench', 'e2e', 'millrace'].includes(workspace.room)) return []
    const isAdapter = memories.includes(workspace.room) && !contractFiles(tree, workspace).has(path)
    return isAdapter ? [] : [`${path}:${line}: ${specifier} is for adapters, worker and app only.`]
  })
}

/** What is loaded with a memory's contract loads no driver: whoever imports the contract gets the contract alone. */
export function contractsWithoutDrivers(tree: Tree): Fault[] {
  return everyImport(tree).flatMap(({ path, line, specifier, isType, isTest, workspace }) => {
    if (isTest || isType || outsidePackage(specifier) === undefined) return []
    if (!memories.includes(workspace.room) || !contractFiles(tree, workspace).has(path)) return []
    return [`${path}:${line}: ${specifier} is loaded with the contract of ${workspace.room}; it belongs to an adapter.`]
  })
}

function contractFiles(tree: Tree, { folder }: Workspace): Set<string> {
  return reachableFrom(tree, `${folder}/src/index.ts`)
}

/** Nothing imports itself by a detour, be it for types only: two files that need each other are one, or three. */
export function noCycles(tree: Tree): Fault[] {
  const faults: Fault[] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (path: string) => {
    const start = trail.indexOf(path)
    if (start >= 0) faults.push(`${path}: imports itself by ${[...trail.slice(start), path].join(' → ')}.`)
    const file = tree.get(path)
    if (start >= 0 || done.has(path) || file === undefined || !isSource(file)) return
    trail.push(path)
    for (const { specifier } of importsOf(file)) {
      const target = targetOf(tree, path, specifier)
      if (target !== undefined) visit(target)
    }
    trail.pop()
    done.add(path)
  }
  for (const { path } of tree.files.filter(isSource)) visit(path)
  return faults
}

function everyImport(tree: Tree) {
  return tree.files.filter(isSource).flatMap((file) => {
    const workspace = workspaceAt(tree, file.path)
    if (workspace === undefined) return []
    const shared = { path: file.path, isTest: isTest(file), workspace }
    return importsOf(file).map((entry) => ({ ...entry, ...shared }))
  })
}
