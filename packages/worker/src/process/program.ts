// `context.process`: a program of the step's own.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { type FileHandle, open, unlink, writeFile } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { type ProcessRequest, type ProcessResult, pluginErrors } from '@millrace/plugin'
import { MillraceError } from '@millrace/stdx'
import { memoryBytesUsual } from '../limits.ts'
import { type AttendOptions, attend, type Exit, type Started } from './attend.ts'
import { readFileInside, writeFiles } from './scratch.ts'
import type { ProgramCall, Workshop } from './workshop.ts'

/** Runs it to its end; a code other than 0 is a result, not an error. Throws what the bounds or the call's signal say. */
export function runProgram(workshop: Workshop, call: ProgramCall, request: ProcessRequest): Promise<ProcessResult> {
  return workshop.inSlot(call, async () => {
    const directory = await workshop.directory()
    call.after(() => workshop.discard(directory))
    await writeFiles(directory, request.files ?? {})
    const started = await startProgram(workshop, {
      command: request.command,
      arguments: request.arguments,
      directory,
      environment: { ...call.environment, ...request.environment },
      ...(request.standardInput === undefined ? {} : { standardInput: request.standardInput }),
    })
    const attended = await attend(workshop.warden, started, boundsOf(call, memoryBytesOf(call, request.memoryBytes)))
    return {
      exitCode: attended.code,
      signal: attended.signal,
      standardOutput: attended.standardOutput,
      standardError: attended.standardError,
      readFile: (name, bytesMax) => readFileInside(directory, name, bytesMax),
    }
  })
}

/** What the step asks for, or the usual; never more than the worker allows. */
export function memoryBytesOf(call: ProgramCall, asked: number | undefined): number {
  return Math.min(asked ?? memoryBytesUsual, call.memoryBytesMax)
}

/** What one program of a call may do. */
export function boundsOf(call: ProgramCall, memoryBytes: number): AttendOptions {
  const { processesMax, printedBytesMax, signal, line } = call
  return { memoryBytes, processesMax, printedBytesMax, signal, line }
}

export interface ProgramStart {
  readonly command: string
  readonly arguments: readonly string[]
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly standardInput?: Uint8Array
  /** A socket as file descriptor 3, for programs that talk with the worker. */
  readonly channel?: boolean
}

export interface StartedProgram extends Started {
  readonly child: ChildProcess
}

/** Starts a program as the leader of a group and session of its own. Throws `plugin.code_interpreter` when it is not there. */
export async function startProgram(workshop: Workshop, start: ProgramStart): Promise<StartedProgram> {
  const [stdout, stderr] = await Promise.all([workshop.pipe(), workshop.pipe()])
  const { mark, environment } = workshop.warden.marked()
  const input = start.standardInput === undefined ? undefined : await openInput(start.directory, start.standardInput)
  const options: SpawnOptions = {
    cwd: start.directory,
    env: { ...workshop.environment(start.directory), ...start.environment, ...environment },
    detached: true,
    stdio: [input?.fd ?? 'ignore', stdout.writer, stderr.writer, ...(start.channel === true ? ['pipe' as const] : [])],
  }
  const giveUp = (cause: unknown) => {
    stdout.close()
    stderr.close()
    return notStarted(start.command, cause)
  }
  let child: ChildProcess
  try {
    child = spawn(start.command, start.arguments, options)
  } catch (cause) {
    await input?.close()
    throw giveUp(cause) // an argument with a NUL byte, or E2BIG
  }
  // Nothing is awaited before somebody listens to its end.
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }))
  })
  const failed = new Promise<Error>((resolve) => child.once('error', resolve))
  stdout.opened()
  stderr.opened()
  await input?.close()
  if (child.pid === undefined) throw giveUp(await failed)
  giveWay(child.pid)
  return { child, tree: { pid: child.pid, mark }, stdout, stderr, exited }
}

/** A file without a name: unlike Node's pipes, which are sockets, it can be opened again as `/dev/stdin`. */
async function openInput(directory: string, bytes: Uint8Array): Promise<FileHandle> {
  const path = `${directory}.in`
  await writeFile(path, bytes, { mode: 0o600 })
  const file = await open(path)
  await unlink(path)
  return file
}

/** Steps get the time that the worker leaves: it has to hear them, and to stop them when they take too much. */
export function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended already.
  }
}

function notStarted(command: string, cause: unknown): MillraceError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'EACCES') {
    const found = code === 'ENOENT' ? 'is not installed on this worker' : 'is on this worker, but may not be executed'
    return pluginErrors.code_interpreter(
      `\`${command}\` ${found} (searched in PATH). Install it, or give the step a \`pool\` whose workers have it.`,
      { cause, details: { command } },
    )
  }
  if (code === 'E2BIG') {
    return pluginErrors.input_invalid(
      `Arguments and environment of \`${command}\` are larger than the system takes. Give large values on standard input or as files.`,
      { cause },
    )
  }
  return pluginErrors.broken(`\`${command}\` could not be started: ${(cause as Error).message}.`, {
    cause,
    retryable: code === 'EAGAIN' || code === 'ENOMEM',
  })
}
