// Dependencies, installed when the manifests or the lock have changed and not otherwise.

import { existsSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { runNode } from './child.mjs'
import { isInstalled, manifestFiles } from './manifests.mjs'
import { showing } from './progress.mjs'
import { Sentence } from './sentence.mjs'
import { compareWithStamp } from './stamp.mjs'

/** Lines of npm's output shown when it fails: its reason is at the end. */
const tailLinesMax = 30

/** @param {string} root */
export function installState(root) {
  // Beside what it speaks of, so that `rm -rf node_modules` takes it along. Another kind of machine sharing the folder
  // needs other binaries. npm's own record shows what somebody else's `npm install` has done since.
  const stamp = join(root, 'node_modules', `.millrace-stamp-${process.platform}-${process.arch}`)
  return compareWithStamp(stamp, [...manifestFiles(root), join(root, 'node_modules', '.package-lock.json')])
}

/** @param {string} root */
export async function install(root) {
  const state = installState(root)
  if (state.fresh || isInstalled(root)) return state.remember()
  // Nothing chosen needs its install script, and what does not run cannot do harm. Development dependencies are what
  // compiles and tests, whatever NODE_ENV says.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const { code, output } = await showing(
    'Installing dependencies (the first time takes a minute)',
    () => runNode([npmPath(), ...args], { cwd: root, quiet: true, env: cleanEnvironment(process.env) }),
    ({ code }) => code === 0,
  )
  if (code !== 0) {
    const tail = output.trim().split('\n').slice(-tailLinesMax).join('\n')
    throw new Sentence(`${tail}\n\nThe dependencies could not be installed: ${advice(output)}`)
  }
  installState(root).remember()
}

/** The npm that started us, or the one that belongs to this Node, as a script: no shell and no `.cmd` in between. */
function npmPath() {
  const starter = process.env['npm_execpath']
  if (starter !== undefined && basename(starter) === 'npm-cli.js' && existsSync(starter)) return starter
  const beside = dirname(process.execPath)
  const folders = [beside, ...(process.env['PATH'] ?? '').split(delimiter)].map((folder) => join(folder, '..'))
  const places = ['lib/node_modules', 'share/nodejs', 'share', 'libexec/lib/node_modules']
  for (const folder of folders) {
    for (const place of places) {
      const path = join(folder, place, 'npm/bin/npm-cli.js')
      if (existsSync(path)) return path
    }
  }
  throw new Sentence('npm was not found beside Node.js: install it (it comes with https://nodejs.org) and try again.')
}

/**
 * The environment without what the outer npm says about its own run, which the nested one would take for its
 * configuration (`npm start --omit=dev` would leave the compiler out). How to reach the registry is kept.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(environment) {
  const reach = /^npm_config_(registry|cafile|ca|cache|userconfig|globalconfig|strict_ssl|(https?_|no)?proxy|[/@].*)$/
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => name !== 'NODE_ENV' && name !== 'INIT_CWD' && (!name.startsWith('npm_') || reach.test(name)),
    ),
  )
}

/**
 * What to do about a failed installation.
 *
 * @param {string} output
 * @returns {string}
 */
export function advice(output) {
  /** @type {[RegExp, string][]} */
  const known = [
    [/ENOSPC/, 'the disk is full. Free about 2 GB and try again.'],
    [/EACCES|EPERM|EROFS/, 'this folder or the npm cache cannot be written. Use a clone that belongs to you.'],
    [
      /EUSAGE|in sync/,
      'the lock file does not fit the manifests. After changing a manifest run `npm install --ignore-scripts` and `node scripts/complete-lock.mjs`.',
    ],
    [/EINTEGRITY/, 'a package arrived damaged. Run `npm cache clean --force` and try again.'],
    [
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i,
      'the package registry cannot be reached. Check the network and `npm config get registry`, then try again.',
    ],
    [/E40[134]/, 'the package registry refuses or lacks a package. Check `npm config get registry`.'],
  ]
  return known.find(([pattern]) => pattern.test(output))?.[1] ?? 'npm says why above.'
}
