// Nothing tells a process that its parent died; it is given another parent, and that can be seen.
//
//   npm ── sh -c ── this process       Under npm there may be a shell in between, which outlives a killed npm. So the
//                                      parent's parent is watched as well.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const lookMs = 250

/** @param {() => void} act is called once when the parent of this process is gone */
export function onParentGone(act) {
  const parent = process.ppid
  whenTrue(() => process.ppid !== parent, act)
}

/** @param {() => void} act is called once when the parent of this process, or the npm above it, is gone */
export function onStarterGone(act) {
  const parent = process.ppid
  const isNpmGone = process.env['npm_lifecycle_event'] === undefined ? () => false : watchParentOf(parent)
  whenTrue(() => process.ppid !== parent || isNpmGone(), act)
}

/**
 * @param {() => boolean} question
 * @param {() => void} act
 */
function whenTrue(question, act) {
  const looking = setInterval(() => {
    if (!question()) return
    clearInterval(looking)
    act()
  }, lookMs)
  looking.unref()
}

/**
 * A question whether the parent that a process has now is gone.
 *
 * @param {number} pid
 * @returns {() => boolean}
 */
function watchParentOf(pid) {
  if (process.platform === 'linux') {
    const first = parentOnLinux(pid)
    return () => parentOnLinux(pid) !== first
  }
  const npm = Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout)
  return () => {
    try {
      process.kill(npm, 0)
      return false
    } catch {
      return true
    }
  }
}

/** @param {number} pid */
function parentOnLinux(pid) {
  try {
    // "18555 (sh) S 18541 …": the name may hold spaces and brackets, so the fields are counted from its end.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
  } catch {
    return undefined
  }
}
