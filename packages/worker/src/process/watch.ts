// Looks at running programs now and then: whether they are within their bounds, and whether ended ones left anybody.

import { bytesFormat, pluginErrors } from '@millrace/plugin'
import { watchEveryMs } from '../limits.ts'
import { type Living, membersOf, memoryBytesOf, processCount, type Tree } from './census.ts'
import { signalGroup, signalOne } from './signal.ts'

export interface Bounds {
  readonly memoryBytes: number
  readonly processes: number
}

export interface Watch {
  /** Tells once when the tree is over a bound; the answer stops watching. */
  add(tree: Tree, bounds: Bounds, over: (cause: Error) => void): () => void
  /** Its leader has ended: whoever is left of it is killed at the next look. */
  release(tree: Tree): void
  stop(): void
}

/** Between two looks, the processes of the machine are merely counted: one directory read. */
const ticksPerLook = 5

/** So many more processes since the last count, some 50 ms ago, and something is multiplying. */
const alarmProcesses = 64

export function createWatch(takeCensus: () => Promise<readonly Living[]>): Watch {
  const watched = new Map<Tree, { bounds: Bounds; over: (cause: Error) => void }>()
  const released = new Set<Tree>()
  let timer: NodeJS.Timeout | undefined
  let ticks = 0
  let processes = processCount()

  const look = async () => {
    const gone = [...released]
    const living = await takeCensus()
    for (const tree of gone) {
      const left = membersOf(tree, living, true)
      if (left.length === 0) released.delete(tree)
      for (const one of left) signalOne(one.pid, 'SIGKILL')
    }
    for (const [tree, { bounds, over }] of watched) {
      const members = membersOf(tree, living, false)
      const cause = excess(members.length, memoryBytesOf(members, bounds.memoryBytes), bounds)
      if (cause === undefined) continue
      watched.delete(tree)
      over(cause)
    }
  }
  // Processes that multiply leave this one no time for a census, so they are held still for it.
  const lookFrozen = async () => {
    const frozen = [...watched.keys()]
    for (const tree of frozen) signalGroup(tree.pid, 'SIGSTOP')
    await look().finally(() => {
      for (const tree of frozen) signalGroup(tree.pid, 'SIGCONT')
    })
  }
  const tick = () => {
    const before = processes
    processes = processCount()
    ticks = (ticks + 1) % ticksPerLook
    if (processes - before > alarmProcesses) return lookFrozen()
    return ticks === 0 ? look() : Promise.resolve()
  }
  // The next tick is due a while after this one has ended: a slow machine is not asked twice at once.
  const arm = () => {
    if (timer !== undefined || watched.size + released.size === 0) return
    timer = setTimeout(() => {
      void tick().finally(() => {
        timer = undefined
        arm()
      })
    }, watchEveryMs / ticksPerLook)
    timer.unref()
  }

  return {
    add(tree, bounds, over) {
      watched.set(tree, { bounds, over })
      arm()
      return () => void watched.delete(tree)
    },
    release(tree) {
      watched.delete(tree)
      released.add(tree)
      arm()
    },
    stop() {
      clearTimeout(timer)
      watched.clear()
      released.clear()
    },
  }
}

function excess(processes: number, memoryBytes: number, bounds: Bounds): Error | undefined {
  if (memoryBytes > bounds.memoryBytes) {
    return pluginErrors.code_memory(
      `The step was stopped: its processes used ${bytesFormat(memoryBytes)} of memory, and ${bytesFormat(bounds.memoryBytes)} is allowed. ` +
        'Work in smaller batches, or raise `memory` in `with`.',
      { details: { memoryBytes, memoryBytesMax: bounds.memoryBytes } },
    )
  }
  if (processes <= bounds.processes) return undefined
  return pluginErrors.code_processes(
    `The step was stopped: it had ${processes} processes at once, and ${bounds.processes} are allowed. Start fewer at once, and wait for them to end.`,
    { details: { processes, processesMax: bounds.processes } },
  )
}
