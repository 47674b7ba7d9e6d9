// One process per directory. An embedded memory that two processes write is a memory lost, and Node has no flock.
//
//   claim: create lock.<pid>.<birth>.<nonce>  ──▶  look at all other claims
//                                                    │ a living one: withdraw mine, refuse
//                                                    └ only dead ones: remove them, the directory is mine
//
// Whoever claims last sees the other's claim, so two never both win; nothing is ever taken *from* a file that a racing
// process may just have renewed. Two that claim in the same instant may both withdraw, hence a few tries. A claim is
// dead when its process is gone, is a zombie, or was born at another moment (the number was given out again).
// Processes on other machines or in other pid namespaces cannot be seen: share no data directory between containers.

import { execFile } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

export interface DirectoryLock {
  release(): Promise<void>
}

/** Enough that two processes started by one command do not both withdraw; few enough that a refusal is quick. */
const triesMax = 3

const claimName = /^lock\.(\d+)\.([0-9a-z-]+)\.[0-9a-f]+$/

/** Makes the directory when it is absent. Answers the lock, or the pid of the living process that holds it. */
export async function lockDirectory(directory: string): Promise<DirectoryLock | { heldBy: number }> {
  await mkdir(directory, { recursive: true })
  const birth = await birthOf(process.pid)
  const mine = `lock.${process.pid}.${birth ?? 'unknown'}.${randomBytes(4).toString('hex')}`
  const path = join(directory, mine)
  for (let tries = 1; ; tries++) {
    await (await open(path, 'wx')).close()
    const heldBy = await otherHolder(directory, mine).catch(async (cause) => {
      await rm(path, { force: true })
      throw cause
    })
    if (heldBy === undefined) return { release: () => rm(path, { force: true }) }
    await rm(path, { force: true })
    if (tries === triesMax) return { heldBy }
    await pause(randomInt(5, 40))
  }
}

/** The pid of a living process with a claim beside `mine`; dead claims are removed on the way. */
async function otherHolder(directory: string, mine: string): Promise<number | undefined> {
  for (const name of await readdir(directory)) {
    const claim = name === mine ? null : claimName.exec(name)
    if (claim === null) continue
    const pid = Number(claim[1])
    if ((await birthOf(pid)) === claim[2]) return pid
    await rm(join(directory, name), { force: true })
  }
  return undefined
}

/** What tells this process from a later one with the same number, or undefined when no such process lives. */
async function birthOf(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? birthOnLinux(pid) : birthByPs(pid)
}

/** proc(5): after the command in parentheses come the state and, as field 22, the start in ticks since boot. */
async function birthOnLinux(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'latin1')
    return `${bootId.slice(0, 8)}-${fields[19]}`
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw cause
  }
}

async function birthByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'lstart='], {
      env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '/bin' },
    })
    const bornMs = Date.parse(stdout.trim())
    return Number.isNaN(bornMs) ? undefined : String(bornMs)
  } catch {
    return undefined // `ps` answers 1 when there is no such process
  }
}
