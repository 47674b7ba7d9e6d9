// What an interpreter reports about one call, as the output or as an error that its author understands.

import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { bytesFormat, type Json, pluginErrors } from '@millrace/plugin'
import { deferred, isObject, type MillraceError } from '@millrace/stdx'
import { drainMsMax } from '../limits.ts'
import type { Attended } from '../process/attend.ts'
import type { ProgramCall } from '../process/workshop.ts'

export type Language = 'python' | 'node'

/** From `programs/zygote.py` and `programs/runner.cjs`. */
interface Failure {
  readonly kind: 'failed' | 'import' | 'memory' | 'result' | 'too_large'
  readonly message: string
  readonly type?: string
  readonly traceback?: readonly string[]
  readonly line?: number
  readonly exitCode?: number
  readonly module?: string
  readonly package?: string
  readonly bytes?: number
}

/** Room for the frame and a failure's text beside the output itself. */
const frameBytesMax = 1024 * 1024

const headers: Readonly<Record<Language, string>> = { python: 'Python', node: 'JavaScript' }

/** Gathers `<length>\n<JSON>` from the pipe or socket on which the interpreter answers. */
export function answerReader(source: Socket, outputBytesMax: number): { whole(): Promise<Buffer | undefined> } {
  const chunks: Buffer[] = []
  const closed = deferred()
  let bytes = 0
  source.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    // The interpreter keeps to the limit by itself; more than that is the step writing where it should not.
    if (bytes > outputBytesMax + frameBytesMax) source.destroy()
    else chunks.push(chunk)
  })
  source.on('error', () => undefined)
  if (source.closed) closed.resolve()
  else source.once('close', () => closed.resolve())
  return {
    /** Once the interpreter has ended: what it said, when it said all of it. */
    async whole() {
      await Promise.race([closed.promise, pause(drainMsMax, undefined, { ref: false })])
      const all = Buffer.concat(chunks)
      const end = all.indexOf(0x0a)
      const length = end < 0 ? Number.NaN : Number(all.toString('latin1', 0, end))
      return all.length >= end + 1 + length ? all.subarray(end + 1, end + 1 + length) : undefined
    },
  }
}

/** The output, or throws what went wrong. The traceback goes to the step's log first. */
export function outputOf(language: Language, call: ProgramCall, answer: Buffer | undefined, exit: Attended): Json {
  if (answer === undefined) throw withoutAnswer(language, call, exit)
  const said = parse(answer)
  if (said === undefined) throw pluginErrors.code_failed('The code wrote over the answer of its interpreter.')
  if ('output' in said) return said['output'] as Json
  const failure = said['failure'] as Failure
  for (const line of failure.traceback ?? []) call.log('error', line)
  throw errorOf(language, call, failure)
}

function parse(answer: Buffer): Record<string, unknown> | undefined {
  try {
    const said: unknown = JSON.parse(answer.toString('utf8'))
    return isObject(said) && ('output' in said || isObject(said['failure'])) ? said : undefined
  } catch {
    return undefined
  }
}

function errorOf(language: Language, call: ProgramCall, failure: Failure): MillraceError {
  const { kind, message, traceback, ...facts } = failure
  const where = failure.line === undefined ? '' : ` (line ${failure.line} of the code)`
  const details = { ...facts, ...(traceback === undefined ? {} : { traceback: traceback.slice(-50).join('\n') }) }
  switch (kind) {
    case 'too_large':
      return pluginErrors.output_too_large(
        `\`main\` returned ${bytesFormat(failure.bytes ?? 0)}; at most ${bytesFormat(call.outputBytesMax)} are allowed. ` +
          'Return less, or write it with `blob` or `dataset.write`.',
        { details },
      )
    case 'memory':
      return pluginErrors.code_memory(`${message}${where} Work in smaller batches, or raise \`memory\`.`, { details })
    case 'result':
      return pluginErrors.code_result(message, { details })
    case 'import':
      return pluginErrors.code_import(importMessage(language, failure, where), { details })
    default:
      return pluginErrors.code_failed(`${headers[language]} failed${where}: ${message}`, { details })
  }
}

function importMessage(language: Language, failure: Failure, where: string): string {
  const wanted = failure.package ?? failure.module
  if (wanted === undefined || wanted === '') return `An import failed${where}: ${failure.message}`
  const pin = language === 'python' ? `${wanted}==<version>` : `${wanted}@<version>`
  return `The code imports \`${failure.module}\`, which is not installed${where}: ${failure.message}. Add \`packages: ["${pin}"]\` to \`with\`.`
}

/** The process ended without a word: it exited by itself, or something killed it. */
function withoutAnswer(language: Language, call: ProgramCall, exit: Attended): MillraceError {
  const lastLines = exit.standardError.trimEnd().split('\n').slice(-5).join('\n').slice(-1000)
  const details = exit.code === undefined ? { signal: exit.signal } : { exitCode: exit.code }
  if (exit.code !== 0 && exit.standardError.includes('JavaScript heap out of memory')) {
    return pluginErrors.code_memory(
      `The code used more memory than allowed (at most ${bytesFormat(call.memoryBytesMax)} can be asked for with \`memory\`).`,
      { details },
    )
  }
  if (exit.code === undefined) {
    return pluginErrors.code_killed(
      `${headers[language]} was killed by ${exit.signal} before \`main\` returned an output. ` +
        (exit.signal === 'SIGKILL'
          ? 'The machine may be out of memory, or the code killed itself.'
          : 'See its last log lines.'),
      { details, retryable: exit.signal === 'SIGKILL' },
    )
  }
  const meaning = exit.code > 128 && exit.code < 160 ? ` (the shells' way to say: signal ${exit.code - 128})` : ''
  return pluginErrors.code_failed(
    `The code exited with code ${exit.code}${meaning} before \`main\` returned an output.${lastLines === '' ? '' : ` It last said: ${lastLines}`}`,
    { details },
  )
}
