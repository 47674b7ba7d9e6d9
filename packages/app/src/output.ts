// What commands write: results on standard output, everything else on standard error.

import { styleText } from 'node:util'
import { type Complaint, MillraceError, toMillraceError } from '@millrace/stdx'

export interface Output {
  readonly json: boolean
  /** A result. */
  line(text: string): void
  /** A result for machines; one object a line. */
  data(value: unknown): void
  /** A word to the person. */
  say(text: string): void
}

export function createOutput(json: boolean): Output {
  return {
    json,
    line: (text) => void process.stdout.write(`${text}\n`),
    data: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
  }
}

type Style = Parameters<typeof styleText>[0]

/** Colour where somebody looks, plain text where a program reads. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY === true && process.env['NO_COLOR'] === undefined ? styleText(style, text) : text
}

export function complaintLine(file: string, complaint: Complaint): string {
  const where = `${file}:${complaint.line ?? 1}:${complaint.column ?? 1}`
  return `${where}  ${complaint.message}${complaint.hint === undefined ? '' : ` ${complaint.hint}`}  (${complaint.code})`
}

/** An error as a person reads it, or as one JSON object. */
export function reportError(output: Output, thrown: unknown, file?: string): void {
  const error = toMillraceError(thrown)
  if (output.json) {
    output.data({ error: { code: error.code, message: error.message, complaints: error.complaints } })
    return
  }
  const complaints = file === undefined ? [] : error.complaints
  output.say(`${paint('red', 'error', process.stderr)} ${error.message} (${error.code})`)
  for (const complaint of complaints) output.say(`  ${complaintLine(file ?? '', complaint)}`)
  if (
    !(thrown instanceof MillraceError) &&
    process.env['MILLRACE_DEBUG'] !== undefined &&
    error.cause instanceof Error
  ) {
    output.say(error.cause.stack ?? '')
  }
}
