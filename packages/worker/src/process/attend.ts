// Stands by one running program, whoever started it, until nothing of it is left.
//
//   started ──▶ lines flow, bounds are watched ──▶ exited ──▶ its group is killed ──▶ pipes read to their end ──▶ Exit
//                  │ signal aborted, or over a bound
//                  └──▶ the tree is ended (SIGTERM, grace, SIGKILL) ──▶ throws the reason

import { bytesFormat, pluginErrors } from '@millrace/plugin'
import { deferred } from '@millrace/stdx'
import { drainMsMax, stopTerminateGraceMs, terminateGraceMs } from '../limits.ts'
import type { Pipe } from './attendant.ts'
import type { Tree } from './census.ts'
import { lineReader } from './lines.ts'
import type { Warden } from './warden.ts'

export interface Exit {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined
  readonly signal: string | undefined
}

/** What a program prints, as it comes. */
export type LineSink = (stream: 'stdout' | 'stderr', text: string, leftOut: number) => void

export interface Started {
  readonly tree: Tree
  readonly stdout: Pipe
  readonly stderr: Pipe
  /** Rejects when the program could not be started after all. */
  readonly exited: Promise<Exit>
}

export interface AttendOptions {
  readonly memoryBytes: number
  readonly processesMax: number
  readonly printedBytesMax: number
  readonly signal: AbortSignal
  readonly line: LineSink
}

export interface Attended extends Exit {
  readonly standardOutput: string
  readonly standardError: string
}

/** An abort with this reason is the worker's own stop, which cannot wait. */
export class WorkerStopping extends Error {
  override readonly name = 'WorkerStopping'
}

export async function attend(warden: Warden, started: Started, options: AttendOptions): Promise<Attended> {
  const { tree, stdout, stderr } = started
  let stopped: { cause: unknown } | undefined
  let ending: Promise<void> | undefined
  const stop = (cause: unknown, graceMs: number) => {
    stopped ??= { cause }
    ending ??= warden.end(tree, graceMs)
  }

  const printed = readPrinted(stdout, stderr, options, (cause) => stop(cause, 0))
  const bounds = { memoryBytes: options.memoryBytes, processes: options.processesMax }
  const unwatch = warden.watch(tree, bounds, (cause) => stop(cause, 0))
  const aborted = () => {
    const { reason } = options.signal
    stop(reason, reason instanceof WorkerStopping ? stopTerminateGraceMs : terminateGraceMs)
  }
  if (options.signal.aborted) aborted()
  else options.signal.addEventListener('abort', aborted, { once: true })

  try {
    const exit = await started.exited.finally(() => warden.release(tree))
    // A child that left the group may hold the pipes open; it is found by its mark.
    if (!(await printed.within(drainMsMax / 10))) {
      await warden.sweep(tree)
      await printed.within(drainMsMax)
    }
    await ending
    if (stopped !== undefined) throw stopped.cause
    return { ...exit, standardOutput: printed.stdout.tail, standardError: printed.stderr.tail }
  } finally {
    unwatch()
    options.signal.removeEventListener('abort', aborted)
    stdout.close()
    stderr.close()
  }
}

function readPrinted(stdout: Pipe, stderr: Pipe, options: AttendOptions, over: (cause: Error) => void) {
  let bytes = 0
  const read = (pipe: Pipe, stream: 'stdout' | 'stderr') => {
    const reader = lineReader((text, leftOut) => options.line(stream, text, leftOut))
    const closed = deferred()
    pipe.reader.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > options.printedBytesMax) {
        pipe.reader.destroy()
        over(
          pluginErrors.code_logs(
            `The step was stopped: it printed more than ${bytesFormat(options.printedBytesMax)}. Print less, and return data instead of printing it.`,
            { details: { printedBytesMax: options.printedBytesMax } },
          ),
        )
      } else reader.take(chunk)
    })
    const end = () => {
      reader.end()
      closed.resolve()
    }
    // A short program has come and gone before anybody listens.
    if (pipe.reader.closed) end()
    else pipe.reader.once('close', end)
    return { reader, closed: closed.promise }
  }
  const out = read(stdout, 'stdout')
  const err = read(stderr, 'stderr')
  const both = Promise.all([out.closed, err.closed]).then(() => true)
  return {
    stdout: out.reader,
    stderr: err.reader,
    /** Whether both pipes were read to their end in that time. */
    within: (ms: number) => Promise.race([both, later(ms)]),
  }
}

function later(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref())
}
