// Adds to package-lock.json what npm leaves out: the binaries of other platforms that the registry at hand did not offer.
// Without their entries npm refuses the lock it has just written ("Missing: @chdb/lib-darwin-arm64 from lock file"), and
// a person on another platform would not get their engine. npm runs this after every change of the dependencies; it can
// also be run by hand: `node scripts/complete-lock.mjs`.

import { readFileSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {{
 *   version?: string, integrity?: string, cpu?: string[], dev?: boolean, libc?: string[], license?: string,
 *   optional?: boolean, os?: string[], optionalDependencies?: Record<string, string>,
 * }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock
 */

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = 'arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64'.split(' ')

/**
 * Optional dependencies with one exact version (only those are platform binaries) that the lock says nothing of.
 *
 * @param {Lock} lock
 * @returns {{ name: string, version: string, parent: string }[]}
 */
export function missingBinaries(lock) {
  return Object.entries(lock.packages).flatMap(([parent, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([, version]) => /^\d+\.\d+\.\d+[\w.+-]*$/.test(version))
      .filter(([name, version]) => resolve(lock, parent, name)?.version !== version)
      .map(([name, version]) => ({ name, version, parent })),
  )
}

/**
 * The same lock with those added, in npm's own order.
 *
 * @param {Lock} lock
 * @returns {Lock}
 */
export function completeLock(lock) {
  const packages = { ...lock.packages }
  for (const { name, version, parent } of missingBinaries(lock)) {
    const top = `node_modules/${name}`
    const path = packages[top] === undefined ? top : `${parent}/${top}`
    const { dev } = lock.packages[parent] ?? {}
    const { cpu, libc, os } = platformOf(name)
    packages[path] = {
      version,
      ...(cpu && { cpu }),
      ...(dev && { dev }),
      ...(libc && { libc }),
      optional: true,
      ...(os && { os }),
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { ...lock, packages: Object.fromEntries(sorted) }
}

/**
 * The platform that a binary's name ends with: `@chdb/lib-linux-arm64-gnu`, `lightningcss-win32-x64-msvc`.
 *
 * @param {string} name
 * @returns {{ os?: string[], cpu?: string[], libc?: string[] }}
 */
export function platformOf(name) {
  const words = name.split(/[/-]/)
  const os = systems.find((system) => words.includes(system))
  const cpu = processors.find((processor) => words.includes(processor))
  if (os === undefined && cpu === undefined) {
    throw new Error(`${name} is missing from the lock, and its name does not say for which platform it is.`)
  }
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'
  return {
    ...(os && { os: [os] }),
    ...(cpu && { cpu: [cpu] }),
    ...(os === 'linux' && { libc: [libc] }),
  }
}

/**
 * What `name` means to the package at `path`: Node looks in each node_modules on the way up.
 *
 * @param {Lock} lock
 * @param {string} path
 * @param {string} name
 * @returns {LockedPackage | undefined}
 */
function resolve(lock, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const found = lock.packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`]
    if (found !== undefined || at === '') return found
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const path = new URL('../package-lock.json', import.meta.url)
  const text = readFileSync(path, 'utf8')
  const completed = `${JSON.stringify(completeLock(JSON.parse(text)), null, 2)}\n`
  if (completed !== text) writeFileSync(path, completed)
}
