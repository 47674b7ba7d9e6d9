// Child processes that end with us: signals are passed on, the parent is watched, the exit code comes back.
//
//   npm ── bootstrap ── child          Ctrl-C reaches npm and us together, and npm passes it on to us once more.
//                                      The child is in a group of its own and hears each wish once.

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { onStarterGone } from './parent.mjs'

const parentWatch = new URL('./watch-parent.mjs', import.meta.url).href
/** The same signal within this time is the same wish; people press Ctrl-C a second time more slowly. */
const sameWishMs = 250
/** How much of a quiet child's output is kept to be shown when it fails. */
const outputBytesMax = 64 * 1024

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set()
let ending = false
listen()

function listen() {
  let lastAt = 0
  const end = (/** @type {'SIGINT' | 'SIGTERM'} */ signal) => {
    if (Date.now() - lastAt < sameWishMs) return
    lastAt = Date.now()
    ending = true
    if (children.size === 0) process.exit(128 + constants.signals[signal])
    for (const child of children) child.kill(signal)
  }
  process.on('SIGINT', () => end('SIGINT'))
  process.on('SIGTERM', () => end('SIGTERM'))
  process.on('SIGHUP', () => end('SIGTERM'))
  onStarterGone(() => {
    if (!ending) end('SIGTERM')
  })
}

/**
 * Runs Node on a script until it ends. Answers its exit code and, when `quiet`, the end of what it printed; otherwise it
 * prints to our own output. When we were asked to end meanwhile, so do we, with its exit code.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string, quiet?: boolean, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runNode(args, options) {
  const child = spawn(process.execPath, [`--import=${parentWatch}`, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    detached: true,
  })
  children.add(child)
  let output = ''
  const keep = (/** @type {Buffer} */ part) => {
    output = (output + part.toString()).slice(-outputBytesMax)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  /** @type {number} */
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit, signal) => resolve(exit ?? 128 + constants.signals[signal ?? 'SIGKILL']))
  })
  children.delete(child)
  if (ending) process.exit(code)
  return { code, output }
}
