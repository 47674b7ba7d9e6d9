// One warm Python (`programs/zygote.py`): starts it, asks it to fork for each call, hears how the forks end.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type JsonObject, pluginErrors } from '@millrace/plugin'
import { type Deferred, deferred, messageOf } from '@millrace/stdx'
import type { Exit } from '../process/attend.ts'
import { attend } from '../process/attend.ts'
import type { Pipe } from '../process/attendant.ts'
import type { Tree } from '../process/census.ts'
import { giveWay } from '../process/program.ts'
import type { ProgramCall, Workshop } from '../process/workshop.ts'
import { answerReader } from './outcome.ts'

export interface ZygoteRun {
  readonly code: string
  readonly input: JsonObject
  readonly memoryBytes: number
}

export interface Zygote {
  /** Forks, lets the child work, and answers what it said and how it ended. */
  run(
    call: ProgramCall,
    request: ZygoteRun,
  ): Promise<{ answer: Buffer | undefined } & Awaited<ReturnType<typeof attend>>>
  /** Calls that run now. */
  readonly busy: number
  /** Resolves when it has ended, for whatever reason. */
  readonly gone: Promise<void>
  stop(): Promise<void>
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
  const { waiting, ready, gone, alive } = listen(child)
  void gone.then(() => workshop.discard(directory))
  await ready
  let serial = 0
  let busy = 0

  const runCounted: Zygote['run'] = async (call, request) => {
    const own = await workshop.directory()
    call.after(() => workshop.discard(own))
    const [stdout, stderr, result] = await Promise.all([workshop.pipe(), workshop.pipe(), workshop.pipe()])
    const pipes: readonly Pipe[] = [stdout, stderr, result]
    const id = String(serial++)
    const { mark, environment: marking } = workshop.warden.marked()
    const environment = { ...workshop.environment(own), ...call.environment, ...marking }
    const { code, input, memoryBytes } = request
    const payload = utf8.encode(JSON.stringify({ code, input, environment, outputBytesMax: call.outputBytesMax }))
    const wait: Waiting = { forked: deferred<number>(), exited: deferred<Exit>() }
    wait.exited.promise.catch(() => undefined)
    try {
      if (!alive()) throw interpreterDied()
      waiting.set(id, wait)
      const ends = { stdout: stdout.path, stderr: stderr.path, result: result.path }
      const header = { call: id, mark, directory: own, ...ends, memory: memoryBytes }
      child.stdin.write(`${JSON.stringify({ ...header, bytes: payload.length })}\n`)
      child.stdin.write(payload)
      const pid = await wait.forked.promise
      for (const pipe of pipes) pipe.opened()
      const reader = answerReader(result.reader, call.outputBytesMax)
      const tree: Tree = { pid, mark }
      const attended = await attend(
        workshop.warden,
        { tree, stdout, stderr, exited: wait.exited.promise },
        {
          memoryBytes,
          processesMax: call.processesMax,
          printedBytesMax: call.printedBytesMax,
          signal: call.signal,
          line: call.line,
        },
      )
      return { ...attended, answer: await reader.whole() }
    } finally {
      waiting.delete(id)
      for (const pipe of pipes) pipe.close()
    }
  }

  return {
    run(call, request) {
      busy++
      return runCounted(call, request).finally(() => busy--)
    },
    get busy() {
      return busy
    },
    gone,
    async stop() {
      child.stdin.end()
      await gone
    },
  }
}

function listen(child: ChildProcess) {
  const waiting = new Map<string, Waiting>()
  const ready = deferred()
  const gone = deferred()
  let lives = true
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2000)
  })
  child.stdin?.on('error', () => undefined)
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const message = JSON.parse(line) as Message
    if (message.ready === true) ready.resolve()
    const wait = waiting.get(message.call ?? '')
    if (message.pid !== undefined) wait?.forked.resolve(message.pid)
    else if (message.refused !== undefined) wait?.forked.reject(refused(message.refused))
    else wait?.exited.resolve({ code: message.code, signal: message.signal })
  })
  const end = (why: string) => {
    lives = false
    ready.reject(pluginErrors.code_interpreter(`Python did not start: ${why}`))
    for (const wait of waiting.values()) {
      wait.forked.reject(interpreterDied())
      wait.exited.reject(interpreterDied())
    }
    gone.resolve()
  }
  child.on('error', (cause) => end(cause.message))
  child.on('exit', () => end(said.trim().split('\n').at(-1) ?? ''))
  // It does not keep the worker's process alive: the end of its input is its end.
  for (const thing of [child, child.stdin, child.stdout, child.stderr])
    (thing as { unref?: () => void } | null)?.unref?.()
  return { waiting, ready: ready.promise, gone: gone.promise, alive: () => lives }
}

function interpreterDied() {
  return pluginErrors.code_killed('The warm Python that ran this step was killed from outside.', { retryable: true })
}

function refused(why: string) {
  return pluginErrors.code_killed(`No process could be started for the step: ${why}.`, { retryable: true })
}
