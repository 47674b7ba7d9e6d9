// What the manifests and the lock file say, and whether what is installed agrees with them.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * @typedef {Record<string, string>} Ranges
 * @typedef {{
 *   version?: string, link?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   dependencies?: Ranges, devDependencies?: Ranges, optionalDependencies?: Ranges, peerDependencies?: Ranges,
 * }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock
 */

/**
 * Folders of the workspaces, relative to the root.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function workspaceFolders(root) {
  /** @type {{ workspaces: string[] }} */
  const { workspaces } = readJson(join(root, 'package.json'))
  return workspaces
    .flatMap((pattern) => {
      if (basename(pattern) !== '*') return [pattern]
      const parent = pattern.slice(0, -2)
      return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
    })
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
}

/** @param {string} root */
export function manifestFiles(root) {
  const folders = ['.', ...workspaceFolders(root)]
  return [...folders.map((folder) => join(root, folder, 'package.json')), join(root, 'package-lock.json')]
}

/**
 * Whether node_modules holds exactly what the manifests and the lock want, so that nothing needs installing: npm leaves
 * a copy of what it installed behind. This is how a developer's own `npm install` is recognised.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  const installedPath = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedPath)) return false
  /** @type {Lock} */
  const lock = readJson(join(root, 'package-lock.json'))
  /** @type {Lock} */
  const installed = readJson(installedPath)
  return disagreements(root, lock).length === 0 && Object.entries(lock.packages).every(isPresent)

  /** @param {[string, LockedPackage]} entry */
  function isPresent([path, wanted]) {
    if (!path.includes('node_modules/')) return true
    if (!existsSync(join(root, path))) return wanted.optional === true && !(path in installed.packages)
    return installed.packages[path]?.version === wanted.version
  }
}

/**
 * The manifests that ask for something else than the lock was made for.
 *
 * @param {string} root
 * @param {Lock} lock
 * @returns {string[]}
 */
export function disagreements(root, lock) {
  const kinds = /** @type {const} */ (['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'])
  return ['', ...workspaceFolders(root)].filter((folder) => {
    /** @type {LockedPackage} */
    const manifest = readJson(join(root, folder, 'package.json'))
    const locked = lock.packages[folder]
    return locked === undefined || kinds.some((kind) => !isSame(manifest[kind], locked[kind]))
  })
}

/**
 * @param {Ranges | undefined} a
 * @param {Ranges | undefined} b
 */
function isSame(a = {}, b = {}) {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

/** @param {string} path */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
