// Watches over the processes of all running calls, and ends them whole.
//
//   end:  SIGTERM to every member ──▶ all gone, or the grace is over ──▶ SIGKILL, again until a census finds nobody
//
// One census serves everybody who asks while it is being prepared: it costs some milliseconds whoever asks.

import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { census, type Living, markVariable, membersOf, type Tree } from './census.ts'
import { signalGroup, signalOne } from './signal.ts'
import { type Bounds, createWatch } from './watch.ts'

export interface Warden {
  /** What all marks of this worker begin with. */
  readonly mark: string
  /** Environment that makes a process, and what it starts, findable. */
  marked(): { readonly mark: string; readonly environment: Readonly<Record<string, string>> }
  /** Tells once when the tree is over a bound; the answer stops watching. */
  watch(tree: Tree, bounds: Bounds, over: (cause: Error) => void): () => void
  /** Resolves when nobody of the tree lives. */
  end(tree: Tree, graceMs: number): Promise<void>
  /** The main process has ended by itself: kills its group at once, and soon also who has left the group. */
  release(tree: Tree): void
  /** Kills who is left of a tree now. */
  sweep(tree: Tree): Promise<void>
  stop(): void
}

/** SIGKILL rounds before giving up; a fork bomb of the allowed size is gone after two or three. */
const roundsMax = 50

export function createWarden(): Warden {
  const mark = `${randomBytes(8).toString('hex')}.`
  const ended = new WeakSet<Tree>()
  const takeCensus = sharedCensus(mark)
  const watch = createWatch(takeCensus)
  let serial = 0

  const leftOf = async (tree: Tree) => {
    const living = await takeCensus()
    return membersOf(tree, living, ended.has(tree))
  }
  const killAll = async (tree: Tree) => {
    for (let round = 0; round < roundsMax; round++) {
      if (!ended.has(tree)) signalGroup(tree.pid, 'SIGKILL')
      const left = await leftOf(tree)
      if (left.length === 0) return
      for (const one of left) signalOne(one.pid, 'SIGKILL')
      if (round > 0) await pause(Math.min(round * 2, 50))
    }
  }

  return {
    mark,
    marked() {
      const full = `${mark}${String(serial++).padStart(12, '0')}`
      return { mark: full, environment: { [markVariable]: full } }
    },
    watch: watch.add,
    async end(tree, graceMs) {
      if (graceMs === 0) return killAll(tree)
      const untilMs = performance.now() + graceMs
      signalGroup(tree.pid, 'SIGTERM')
      let left = await leftOf(tree)
      for (const one of left) if (one.group !== tree.pid) signalOne(one.pid, 'SIGTERM')
      while (left.length > 0 && performance.now() < untilMs) {
        await pause(Math.min(50, Math.max(1, untilMs - performance.now())))
        left = await leftOf(tree)
      }
      await killAll(tree)
    },
    release(tree) {
      signalGroup(tree.pid, 'SIGKILL')
      ended.add(tree)
      watch.release(tree)
    },
    sweep: killAll,
    stop: watch.stop,
  }
}

/** Those who ask before a census has begun get the same one; a census that has begun may have passed their process by. */
function sharedCensus(mark: string): () => Promise<readonly Living[]> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<readonly Living[]> | undefined
  return () => {
    next ??= (async () => {
      await running
      const taken = census(mark)
      running = taken.catch(() => undefined)
      next = undefined
      return taken
    })()
    return next
  }
}
