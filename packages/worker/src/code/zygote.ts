// One warm Python (`programs/zygote.py`): starts it, asks it to fork for each call, hears how the forks end.

import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type JsonObject, pluginErrors } from '@millrace/plugin'
import { type Deferred, deferred, messageOf } from '@millrace/stdx'
import { stopTerminateGraceMs } from '../limits.ts'
import { type Attended, attend, type Exit } from '../process/attend.ts'
import type { Pipe } from '../process/attendant.ts'
import { boundsOf, giveWay } from '../process/program.ts'
import type { ProgramCall, Workshop } from '../process/workshop.ts'
import { answerReader } from './outcome.ts'

export interface ZygoteRun {
  readonly code: string
  readonly input: JsonObject
  readonly memoryBytes: number
}

export interface ZygoteAnswer extends Attended {
  /** JSON of the output or the failure; undefined when the child ended without a word. */
  readonly answer: Buffer | undefined
}

interface Waiting {
  readonly forked: Deferred<number>
  readonly exited: Deferred<Exit>
}

interface Message {
  readonly ready?: boolean
  readonly call?: string
  readonly pid?: number
  readonly code?: number
  readonly signal?: string
  readonly refused?: string
}

const utf8 = new TextEncoder()
const program = fileURLToPath(new URL('../../programs/zygote.py', import.meta.url))

/** The interpreter itself: version managers put scripts in PATH that need an environment which steps do not get. */
export async function findPython(command: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, ['-I', '-c', 'import sys; print(sys.executable)'])
    return stdout.trim()
  } catch (cause) {
    throw pluginErrors.code_interpreter(
      `Python could not be started as \`${command}\`: ${messageOf(cause).split('\n')[0]}. Install Python 3.9 or later as \`python3\` on this worker, ` +
        'or give the step a `pool` whose workers have it.',
      { cause, details: { command } },
    )
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** `packages`: a directory to import from, or empty. */
export async function startZygote(workshop: Workshop, python: string, packages: string): Promise<Zygote> {
  const directory = await workshop.directory()
  const { environment } = workshop.warden.marked()
  const child = spawn(python, ['-I', '-X', 'utf8', program, packages], {
    cwd: directory,
    env: { ...workshop.environment(directory), ...environment },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  if (child.pid !== undefined) giveWay(child.pid)
  const zygote = new Zygote(workshop, child)
  void zygote.gone.then(() => workshop.discard(directory))
  await zygote.ready
  return zygote
}

export class Zygote {
  /** Resolves when it takes calls; rejects when it cannot. */
  readonly ready: Promise<void>
  /** Resolves when it has ended, for whatever reason. */
  readonly gone: Promise<void>
  readonly #workshop: Workshop
  readonly #child: Child
  readonly #waiting = new Map<string, Waiting>()
  readonly #ready = deferred()
  readonly #gone = deferred()
  #serial = 0
  #busy = 0
  #lives = true
  #said = ''

  constructor(workshop: Workshop, child: Child) {
    this.#workshop = workshop
    this.#child = child
    this.ready = this.#ready.promise
    this.gone = this.#gone.promise
    child.stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-2000)
    })
    child.stdin.on('error', () => undefined)
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(JSON.parse(line) as Message))
    child.on('error', (cause) => this.#end(cause.message))
    child.on('exit', () => this.#end(this.#said.trim().split('\n').at(-1) ?? ''))
    // It does not keep the worker's process alive: the end of its input is its end.
    for (const thing of [child, child.stdin, child.stdout, child.stderr]) (thing as { unref?: () => void }).unref?.()
  }

  /** Calls that run now, or are about to. */
  get busy(): number {
    return this.#busy
  }

  /** Forks, lets the child work, and answers what it said and how it ended. */
  async run(call: ProgramCall, request: ZygoteRun): Promise<ZygoteAnswer> {
    this.#busy++
    const pipes: Pipe[] = []
    try {
      const directory = await this.#workshop.directory()
      call.after(() => this.#workshop.discard(directory))
      const made = await Promise.all([this.#workshop.pipe(), this.#workshop.pipe(), this.#workshop.pipe()])
      pipes.push(...made)
      const [stdout, stderr, result] = made
      const wait: Waiting = { forked: deferred<number>(), exited: deferred<Exit>() }
      wait.exited.promise.catch(() => undefined)
      const mark = this.#ask(call, request, directory, made, wait)
      const pid = await wait.forked.promise
      for (const pipe of pipes) pipe.opened()
      const reader = answerReader(result.reader, call.outputBytesMax)
      const started = { tree: { pid, mark }, stdout, stderr, exited: wait.exited.promise }
      const attended = await attend(this.#workshop.warden, started, boundsOf(call, request.memoryBytes))
      return { ...attended, answer: await reader.whole() }
    } finally {
      for (const pipe of pipes) pipe.close()
      this.#busy--
    }
  }

  async stop(): Promise<void> {
    this.#child.stdin.end()
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), stopTerminateGraceMs)
    await this.gone
    clearTimeout(patience)
  }

  /** Asks for a fork; answers its mark. */
  #ask(call: ProgramCall, request: ZygoteRun, directory: string, pipes: readonly Pipe[], wait: Waiting): string {
    if (!this.#lives) throw interpreterDied()
    const id = String(this.#serial++)
    const { mark, environment: marking } = this.#workshop.warden.marked()
    const environment = { ...this.#workshop.environment(directory), ...call.environment, ...marking }
    const { code, input, memoryBytes } = request
    const payload = utf8.encode(JSON.stringify({ code, input, environment, outputBytesMax: call.outputBytesMax }))
    const [stdout, stderr, result] = pipes.map((pipe) => pipe.path)
    const header = { call: id, mark, directory, stdout, stderr, result, memory: memoryBytes, bytes: payload.length }
    this.#waiting.set(id, wait)
    this.#child.stdin.write(`${JSON.stringify(header)}\n`)
    this.#child.stdin.write(payload)
    return mark
  }

  #hear(message: Message): void {
    if (message.ready === true) return this.#ready.resolve()
    const id = message.call ?? ''
    const wait = this.#waiting.get(id)
    if (message.pid !== undefined) return wait?.forked.resolve(message.pid)
    this.#waiting.delete(id)
    if (message.refused !== undefined) return wait?.forked.reject(refused(message.refused))
    wait?.exited.resolve({ code: message.code, signal: message.signal })
  }

  #end(why: string): void {
    this.#lives = false
    this.#ready.reject(pluginErrors.code_interpreter(`Python did not start: ${why}`))
    for (const wait of this.#waiting.values()) {
      wait.forked.reject(interpreterDied())
      wait.exited.reject(interpreterDied())
    }
    this.#waiting.clear()
    this.#gone.resolve()
  }
}

function interpreterDied() {
  return pluginErrors.code_killed('The warm Python that ran this step was killed from outside.', { retryable: true })
}

function refused(why: string) {
  return pluginErrors.code_killed(`No process could be started for the step: ${why}.`, { retryable: true })
}
