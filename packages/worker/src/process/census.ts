// Who lives: the machine's processes, and which of them belong to one call.
//
// A program may put its children into other groups and sessions (`setsid`), or let go of them (a double fork). So a call
// is everything that carries its mark in the environment (inherited, Linux), shares its group or session, or descends from
// one that does.

import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'

export interface Living {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** The value of MILLRACE_CALL in its environment, or empty. */
  readonly mark: string
  /** Where there is no /proc to ask later. */
  readonly residentBytes?: number
}

/** A call's processes: the first of them leads group and session. */
export interface Tree {
  readonly pid: number
  readonly mark: string
}

export const markVariable = 'MILLRACE_CALL'

const hasProc = existsSync('/proc/self/stat')

/** Processes looked at between two turns of the event loop: some 2 ms. */
const perTurn = 64

/** Everybody alive, zombies left out. `markStart`: only marks that begin so are read. */
export async function census(markStart: string): Promise<readonly Living[]> {
  return hasProc ? censusOfProc(markStart) : censusOfPs()
}

/** How many processes the machine has, quickly; 0 where that cannot be known quickly. */
export function processCount(): number {
  return hasProc ? readdirSync('/proc').length : 0
}

/**
 * The members of a tree among the living. Once the leader has ended, its number may be given to a stranger at any moment:
 * then the mark alone counts, where there are marks.
 */
export function membersOf(tree: Tree, living: readonly Living[], leaderEnded: boolean): readonly Living[] {
  const members = new Set<number>()
  const byNumber = !leaderEnded || !hasProc
  const isMember = (one: Living) =>
    one.mark === tree.mark || (byNumber && [one.pid, one.group, one.session].includes(tree.pid))
  for (const one of living) if (isMember(one)) members.add(one.pid)
  for (let before = -1; before !== members.size; ) {
    before = members.size
    for (const one of living) if (members.has(one.parent)) members.add(one.pid)
  }
  return living.filter((one) => members.has(one.pid))
}

/** Bytes of memory that these processes keep from others: shared pages are counted once (proportional set size). */
export function memoryBytesOf(members: readonly Living[], enough: number): number {
  const residentOf = (one: Living) => one.residentBytes ?? memoryLine(one.pid, 'status', 'VmRSS:') ?? 0
  const resident = members.reduce((sum, one) => sum + residentOf(one), 0)
  if (resident <= enough || members.length === 1 || !hasProc) return resident
  // Forked processes share pages, which VmRSS counts for each; the exact sum is dear, so it is taken only when it matters.
  return members.reduce((sum, one) => sum + (memoryLine(one.pid, 'smaps_rollup', 'Pss:') ?? 0), 0)
}

function memoryLine(pid: number, file: string, label: string): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, 'latin1')
    const at = text.indexOf(`\n${label}`)
    return at < 0 ? undefined : Number.parseInt(text.slice(at + label.length + 1), 10) * 1024
  } catch {
    return undefined // it has ended since the census
  }
}

async function censusOfProc(markStart: string): Promise<readonly Living[]> {
  const living: Living[] = []
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  for (const [i, pid] of pids.entries()) {
    if (i % perTurn === perTurn - 1) await turn()
    try {
      // proc(5): after the command in parentheses come state, parent, group and session.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 4)
      // Kernel threads have neither group nor environment.
      if (state === 'Z' || state === 'X' || group === '0') continue
      const one = { pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(session) }
      living.push({ ...one, mark: markOf(pid, markStart) })
    } catch {
      // It has ended while we looked.
    }
  }
  return living
}

function markOf(pid: string, markStart: string): string {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
    const at = environment.indexOf(`${markVariable}=${markStart}`)
    if (at < 0) return ''
    const from = at + markVariable.length + 1
    const end = environment.indexOf('\0', from)
    return environment.slice(from, end < 0 ? undefined : end)
  } catch {
    return '' // somebody else's process, which we may not read
  }
}

/** Where there is no /proc (macOS): no marks, so a child that left group, session and parent is not found. */
async function censusOfPs(): Promise<readonly Living[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss=,stat='], {
    env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '/bin' },
  })
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, kibibytes, state] = line.trim().split(/\s+/)
    if (state === undefined || state.startsWith('Z')) return []
    const one = { pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, mark: '' }
    return [{ ...one, residentBytes: Number(kibibytes) * 1024 }]
  })
}
