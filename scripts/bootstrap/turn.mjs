// One at a time: two commands at once on the same clone must not install or build over each other. `mkdir` either makes
// the folder or fails, on every file system; whoever made it has the turn.

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'

/** How often the holder shows that it lives. */
const beatMs = 2_000
/** A folder without a beat for so long was left by a machine that went away. */
const silenceMsMax = 60_000
const askAgainMs = 200

/**
 * Runs `act` while holding the turn; waits for it first, calling `onWait` once when another process has it.
 *
 * @template T
 * @param {string} folder
 * @param {() => void} onWait
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function inTurn(folder, onWait, act) {
  let waited = false
  while (!take(folder)) {
    if (!waited) onWait()
    waited = true
    await new Promise((resolve) => setTimeout(resolve, askAgainMs))
  }
  const beat = setInterval(() => {
    try {
      const now = new Date()
      utimesSync(folder, now, now)
    } catch {
      clearInterval(beat) // Somebody cleaned up by hand; the work goes on.
    }
  }, beatMs)
  beat.unref()
  const release = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', release)
  try {
    return await act()
  } finally {
    clearInterval(beat)
    process.removeListener('exit', release)
    release()
  }
}

/** @param {string} folder */
function take(folder) {
  mkdirSync(dirname(folder), { recursive: true })
  try {
    mkdirSync(folder)
    writeFileSync(join(folder, 'owner'), `${hostname()} ${process.pid}`)
    return true
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown
  }
  const owner = ownerOf(folder)
  if (isAbandoned(folder, owner)) discard(folder, owner)
  return false
}

/**
 * @param {string} folder
 * @param {string} owner
 */
function isAbandoned(folder, owner) {
  const [host, pid] = owner.split(' ')
  if (host === hostname() && pid !== undefined) return !isAlive(Number(pid))
  const stats = statSync(folder, { throwIfNoEntry: false })
  return stats !== undefined && Date.now() - stats.mtimeMs > silenceMsMax
}

/**
 * Moves an abandoned folder away, which only one of several can do. Another may have done so and taken the turn since
 * we looked; then it gets its folder back.
 *
 * @param {string} folder
 * @param {string} owner
 */
function discard(folder, owner) {
  const aside = `${folder}.${process.pid}`
  try {
    renameSync(folder, aside)
    if (ownerOf(aside) === owner) rmSync(aside, { recursive: true, force: true })
    else renameSync(aside, folder)
  } catch {
    // It is gone already: the next look decides.
  }
}

/** @param {string} folder */
function ownerOf(folder) {
  try {
    return readFileSync(join(folder, 'owner'), 'utf8')
  } catch {
    return '' // Just made, its owner not written yet; or gone.
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}
