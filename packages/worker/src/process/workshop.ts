// What every program of a worker needs: slots, a directory, pipes, a mark, and somebody who watches. Opened with the first
// program, so that a worker which only calls servers starts no shell.

import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogLine } from '@millrace/plugin'
import { type Semaphore, semaphore } from '@millrace/stdx'
import type { LineSink } from './attend.ts'
import { type Attendant, createAttendant, type Pipe } from './attendant.ts'
import { makeWorkerDirectory } from './scratch.ts'
import { createWarden, type Warden } from './warden.ts'

/** One call, as its programs see it. */
export interface ProgramCall {
  /** Tells the program about its run; nothing of the platform's own environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly memoryBytesMax: number
  readonly outputBytesMax: number
  readonly printedBytesMax: number
  readonly processesMax: number
  readonly signal: AbortSignal
  readonly line: LineSink
  log(severity: LogLine['severity'], text: string): void
  /** Waiting for a slot is not the step's own time. */
  untimed<T>(wait: Promise<T>): Promise<T>
  /** Runs when the call is over. */
  after(act: () => void): void
}

export interface Workshop {
  readonly warden: Warden
  /** Does `work` in a slot for programs, with the workshop open. Rejects with the signal's reason when aborted before. */
  inSlot<T>(call: ProgramCall, work: () => Promise<T>): Promise<T>
  pipe(): Promise<Pipe>
  /** A new empty directory for one program. */
  directory(): Promise<string>
  /** Removes a directory, without anybody waiting. */
  discard(directory: string): void
  /** The environment of every program: minimal, marked by the caller. */
  environment(directory: string): Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** `root` keeps scratch directories; `slots` programs run at once. */
export function createWorkshop(root: string, slots: number): Workshop {
  const warden = createWarden()
  const free: Semaphore = semaphore(slots)
  const discarding = new Set<Promise<void>>()
  let opened: Promise<{ attendant: Attendant; steps: string }> | undefined

  const open = async () => {
    const own = await makeWorkerDirectory(root, warden.mark)
    const attendant = createAttendant(warden.mark, own)
    await attendant.start()
    return { attendant, steps: join(own, 'steps') }
  }
  const ready = () => {
    opened ??= open()
    return opened
  }

  return {
    warden,
    async inSlot(call, work) {
      const release = await call.untimed(unlessAborted(free.acquire(), call.signal))
      // What runs between calls keeps no process alive; a call does.
      const awake = setInterval(() => undefined, 60_000)
      try {
        await ready()
        return await work()
      } finally {
        clearInterval(awake)
        release()
      }
    },
    pipe: async () => (await ready()).attendant.pipe(),
    directory: async () => mkdtemp(join((await ready()).steps, 's')),
    discard(directory) {
      const removed: Promise<void> = rm(directory, { recursive: true, force: true, maxRetries: 3 })
        .catch(() => undefined) // a stray process may still write there; the worker's own end removes the rest
        .finally(() => discarding.delete(removed))
      discarding.add(removed)
    },
    environment: (directory) => ({
      PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: directory,
      TMPDIR: directory,
      LANG: 'C.UTF-8',
    }),
    async stop() {
      warden.stop()
      await Promise.all(discarding)
      const last = await opened?.catch(() => undefined)
      await last?.attendant.stop()
    },
  }
}

/** A slot, or the signal's reason; a slot that comes too late goes back. */
function unlessAborted(slot: Promise<() => void>, signal: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason)
    if (signal.aborted) aborted()
    signal.addEventListener('abort', aborted, { once: true })
    void slot.then((release) => {
      signal.removeEventListener('abort', aborted)
      if (signal.aborted) release()
      resolve(release)
    })
  })
}
