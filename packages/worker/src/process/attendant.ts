// The little shell beside the worker (`programs/attendant.sh`): it makes named pipes, and when the worker dies of
// whatever cause it kills what the worker had running. One per worker, started with its first program.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, openSync, unlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Deferred, deferred, invariant } from '@millrace/stdx'

/** A pipe from a program to the worker, both ends open; the program inherits `writer` or opens `path`. */
export interface Pipe {
  readonly path: string
  readonly writer: number
  /** Ends when the last writer has closed. Calling `opened` first is what lets that happen. */
  readonly reader: Socket
  /** The program has its end: closes ours, and takes the name away. */
  opened(): void
  /** Gives up reading. */
  close(): void
}

export interface Attendant {
  start(): Promise<void>
  pipe(): Promise<Pipe>
  /** Its input ends, so it kills what is left and removes the directory; resolves when that is done. */
  stop(): Promise<void>
}

/** One request makes this many, since each costs the shell a process. */
const pipesPerRequest = 64
const stockMin = 24

const program = fileURLToPath(new URL('../../programs/attendant.sh', import.meta.url))

/** `mark`: what every process of this worker carries in its environment. `directory` is removed at the end. */
export function createAttendant(mark: string, directory: string): Attendant {
  const stock: number[] = []
  const waiting: Deferred<void>[] = []
  let made = 0
  let asked = false
  let shell: ChildProcess | undefined
  let stopping = false

  const launch = () => {
    // Detached: Ctrl-C in a terminal reaches the whole group, and this one has to outlive it.
    const started = spawn('sh', [program, mark, directory], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    })
    shell = started
    asked = false
    started.stdin.on('error', () => undefined) // its end is heard as `exit`
    for (const stream of [started, started.stdin, started.stdout]) unref(stream)
    createInterface({ input: started.stdout }).on('line', (line) => {
      const [first = 0, last = -1] = line.split(' ').map(Number)
      for (let number = first; number <= last; number++) stock.push(number)
      asked = false
      for (const entry of waiting.splice(0)) entry.resolve()
    })
    started.on('error', (cause) => {
      for (const entry of waiting.splice(0)) entry.reject(cause)
    })
    started.on('exit', () => {
      if (shell !== started) return
      shell = undefined
      if (stopping) for (const entry of waiting.splice(0)) entry.reject(new Error('the worker is stopping'))
      else launch()
      if (waiting.length > 0) ask()
    })
  }

  const ask = () => {
    if (asked || shell?.stdin === null || shell === undefined) return
    asked = true
    shell.stdin.write(`${made} ${made + pipesPerRequest - 1}\n`)
    made += pipesPerRequest
  }

  return {
    async start() {
      await mkdir(join(directory, 'pipes'), { recursive: true })
      launch()
      ask()
    },
    async pipe() {
      invariant(shell !== undefined || stopping, 'a pipe is asked of an attendant that runs')
      while (stock.length === 0) {
        const more = deferred()
        waiting.push(more)
        ask()
        await more.promise
      }
      if (stock.length <= stockMin) ask()
      return openPipe(join(directory, 'pipes', String(stock.shift())))
    },
    async stop() {
      stopping = true
      const last = shell
      if (last === undefined) return
      const gone = deferred()
      last.once('exit', () => gone.resolve())
      last.ref()
      last.stdin?.end()
      await gone.promise
    },
  }
}

function openPipe(path: string): Pipe {
  // Non-blocking, or opening would wait for a writer; with a reader there, opening to write does not wait either.
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, constants.O_WRONLY)
  const reader = new Socket({ fd: readEnd, readable: true, writable: false })
  reader.on('error', () => reader.destroy())
  let open = true
  const opened = () => {
    if (!open) return
    open = false
    closeSync(writer)
    unlinkSync(path)
  }
  return { path, writer, reader, opened, close: () => (opened(), void reader.destroy()) }
}

/** Neither the shell nor its pipes keep the worker's process alive. */
function unref(thing: object): void {
  ;(thing as { unref?: () => void }).unref?.()
}
