// The little shell beside the worker (`programs/attendant.sh`): it makes named pipes, and when the worker dies of
// whatever cause it kills what the worker had running. One per worker, started with its first program.

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { closeSync, constants, openSync, unlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { pluginErrors } from '@millrace/plugin'
import { type Deferred, deferred } from '@millrace/stdx'

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
  return new ShellAttendant(mark, directory)
}

class ShellAttendant implements Attendant {
  readonly #mark: string
  readonly #directory: string
  readonly #stock: number[] = []
  readonly #waiting: Deferred<void>[] = []
  #made = 0
  #asked = false
  #stopping = false
  #shell: ChildProcessByStdio<Writable, Readable, null> | undefined

  constructor(mark: string, directory: string) {
    this.#mark = mark
    this.#directory = directory
  }

  async start(): Promise<void> {
    await mkdir(join(this.#directory, 'pipes'), { recursive: true })
    this.#launch()
    this.#ask()
  }

  async pipe(): Promise<Pipe> {
    while (this.#stock.length === 0) {
      if (this.#stopping) throw new Error('the worker is stopping')
      if (this.#shell === undefined) this.#launch()
      const more = deferred()
      this.#waiting.push(more)
      this.#ask()
      await more.promise
    }
    if (this.#stock.length <= stockMin) this.#ask()
    return openPipe(join(this.#directory, 'pipes', String(this.#stock.shift())))
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const last = this.#shell
    if (last === undefined) return
    const gone = deferred()
    last.once('exit', () => gone.resolve())
    last.ref()
    last.stdin.end()
    await gone.promise
  }

  #launch(): void {
    // Detached: Ctrl-C in a terminal reaches the whole group, and this one has to outlive it.
    const shell = spawn('sh', [program, this.#mark, this.#directory], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    })
    this.#shell = shell
    this.#asked = false
    shell.stdin.on('error', () => undefined) // its end is heard as `exit`
    for (const stream of [shell, shell.stdin, shell.stdout]) unref(stream)
    createInterface({ input: shell.stdout }).on('line', (line) => this.#stocked(line))
    shell.on('error', (cause) => this.#refuse(cause))
    shell.on('exit', (_, signal) => this.#exited(signal))
  }

  #stocked(line: string): void {
    this.#asked = false
    if (line === 'failed') return this.#refuse(noPipes(this.#directory))
    const [first = 0, last = -1] = line.split(' ').map(Number)
    for (let number = first; number <= last; number++) this.#stock.push(number)
    for (const entry of this.#waiting.splice(0)) entry.resolve()
  }

  #refuse(cause: Error): void {
    for (const entry of this.#waiting.splice(0)) entry.reject(cause)
  }

  #exited(signal: NodeJS.Signals | null): void {
    this.#shell = undefined
    if (this.#stopping) return this.#refuse(new Error('the worker is stopping'))
    // Killed from outside, it is replaced. One that ends by itself cannot live here: the next pipe tries again.
    if (signal === null) return this.#refuse(noPipes(this.#directory))
    this.#launch()
    if (this.#waiting.length > 0) this.#ask()
  }

  #ask(): void {
    if (this.#asked || this.#shell === undefined) return
    this.#asked = true
    this.#shell.stdin.write(`${this.#made} ${this.#made + pipesPerRequest - 1}\n`)
    this.#made += pipesPerRequest
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

function noPipes(directory: string) {
  return pluginErrors.broken(
    `The worker cannot make pipes for the step in ${directory}: see whether its disk is full, and \`sh\` and \`mkfifo\` are installed.`,
    { retryable: true },
  )
}

/** Neither the shell nor its pipes keep the worker's process alive. */
function unref(thing: object): void {
  ;(thing as { unref?: () => void }).unref?.()
}
