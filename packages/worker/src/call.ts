// One call of one plugin, from the command to the outcome.
//
//   fetch `with` ──▶ exchange secrets ──▶ check against the schema ──▶ plugin.call ──▶ check, mask and store the output
//                        every failure on the way is a `step.failed` with its code

import { createHash } from 'node:crypto'
import type { Blob } from '@millrace/blob'
import { compileSchema } from '@millrace/lang'
import {
  bytesFormat,
  type CallContext,
  type Carried,
  callId,
  type Json,
  type JsonObject,
  type Plugin,
  pluginErrors,
  type StepError,
  type StepRun,
} from '@millrace/plugin'
import { isObject, type Logger, type MillraceError, messageOf, toMillraceError } from '@millrace/stdx'
import { outputBytesInlineMax, secretCharactersMin, type WorkerLimits } from './limits.ts'
import { type Mask, maskSecrets } from './secret-mask.ts'
import { resolveSecrets, type SecretSource } from './secret-reference.ts'
import type { StepLog } from './step-log.ts'
import { jsonFault, maskJson } from './strict-json.ts'

export interface CallMeans {
  readonly blob: Blob
  readonly plugins: ReadonlyMap<string, Plugin>
  readonly secrets: SecretSource
  readonly limits: WorkerLimits
  readonly logger: Logger
}

export type Outcome =
  | { readonly type: 'step.completed'; readonly output: Carried }
  | { readonly type: 'step.failed'; readonly error: StepError }

const messageCharactersMax = 8 * 1024
const detailsCharactersMax = 16 * 1024

/** Never rejects. */
export async function carryOut(
  command: StepRun,
  means: CallMeans,
  log: StepLog,
  context: CallContext,
): Promise<Outcome> {
  try {
    const plugin = pluginOf(command, means)
    const input = await inputOf(command, plugin, means, log)
    checkInput(plugin, input)
    context.signal.throwIfAborted()
    const output = await plugin.call(input as JsonObject, context)
    if (context.signal.aborted) throw context.signal.reason
    return { type: 'step.completed', output: await carried(command, output, means, log.mask) }
  } catch (thrown) {
    const cause: unknown = context.signal.aborted ? context.signal.reason : thrown
    return { type: 'step.failed', error: stepError(cause, log) }
  }
}

function pluginOf(command: StepRun, means: CallMeans): Plugin {
  const plugin = means.plugins.get(command.plugin)
  if (plugin !== undefined) return plugin
  const known = [...means.plugins.keys()].sort().join(', ')
  throw pluginErrors.unknown(
    `The workers of pool \`${command.pool}\` have no plugin \`${command.plugin}\`; they have ${known || 'none'}.`,
  )
}

async function inputOf(command: StepRun, plugin: Plugin, means: CallMeans, log: StepLog): Promise<Json> {
  const given = 'value' in command.with ? command.with.value : await fetched(command.with, means)
  const pointers = plugin.description.secrets
  if (pointers.length === 0) return given
  const { value, secrets } = await resolveSecrets(given, pointers, command.secrets, means.secrets)
  log.mask = maskSecrets(secrets.map((secret) => secret.value))
  for (const secret of secrets) {
    if (secret.value.length >= secretCharactersMin) continue
    log.write(
      'warn',
      `The secret \`${secret.name}\` is shorter than ${secretCharactersMin} characters and is not masked.`,
    )
  }
  return value
}

async function fetched(reference: { blob: string; bytes: number }, means: CallMeans): Promise<Json> {
  if (reference.bytes > means.limits.inputBytesMax) {
    throw pluginErrors.input_invalid(
      `\`with\` holds ${bytesFormat(reference.bytes)}; at most ${bytesFormat(means.limits.inputBytesMax)} are allowed. Pass a blob's name instead of its content.`,
    )
  }
  const bytes = await means.blob.get(reference.blob)
  if (bytes === undefined) {
    throw pluginErrors.broken(`What \`with\` refers to is not in blob any more: ${reference.blob}.`)
  }
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')) as Json
}

function checkInput(plugin: Plugin, input: Json): void {
  const complaints = compileSchema(plugin.description.input).check(input)
  const [first] = complaints
  if (first === undefined) return
  const more = complaints.length === 1 ? '' : ` (and ${complaints.length - 1} more)`
  const where = first.pointer === undefined || first.pointer === '' ? '`with`' : `\`with\` at ${first.pointer}`
  throw pluginErrors.input_invalid(`${where} does not fit \`${plugin.description.name}\`: ${first.message}${more}`, {
    complaints: complaints.slice(0, 10),
  })
}

/** The output as it travels: inline when small, in blob when large. */
async function carried(command: StepRun, output: unknown, means: CallMeans, mask: Mask | undefined): Promise<Carried> {
  const fault = jsonFault(output)
  if (fault !== undefined) {
    throw pluginErrors.broken(`The plugin \`${command.plugin}\` answered what JSON cannot hold: ${fault}.`)
  }
  const value = mask === undefined ? (output as Json) : maskJson(output as Json, mask)
  const text = JSON.stringify(value)
  // A UTF-16 unit is at most three bytes: most outputs are so small that nobody needs to count.
  if (text.length * 3 <= outputBytesInlineMax) return { value }
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length <= outputBytesInlineMax) return { value }
  if (bytes.length > means.limits.outputBytesMax) {
    throw pluginErrors.output_too_large(
      `The output has ${bytesFormat(bytes.length)}; at most ${bytesFormat(means.limits.outputBytesMax)} are allowed. ` +
        'Return less, or write it with `blob` or `dataset.write`.',
    )
  }
  const hash = createHash('sha256').update(callId(command.runId, command)).digest('hex').slice(0, 32)
  const name = `outputs/${command.runId}/${hash}.json`
  await means.blob.put(name, bytes)
  return { blob: name, bytes: bytes.length }
}

export function stepError(thrown: unknown, log: StepLog): StepError {
  const error = toMillraceError(thrown, 'plugin.broken')
  if (error.code === 'plugin.broken' && thrown instanceof Error && thrown !== error) {
    for (const line of (thrown.stack ?? '').split('\n').slice(0, 20)) log.write('error', line)
  }
  const mask = log.mask ?? ((text: string) => text)
  const details = detailsOf(error, mask)
  return {
    code: error.code,
    message: mask(error.message).slice(0, messageCharactersMax),
    retryable: error.retryable,
    ...(details === undefined ? {} : { details }),
  }
}

/** Small JSON, or nothing: details help, and may not stand in the way of the report. */
function detailsOf(error: MillraceError, mask: Mask): JsonObject | undefined {
  const all = { ...error.details, ...(error.complaints.length === 0 ? {} : { complaints: error.complaints }) }
  if (Object.keys(all).length === 0) return undefined
  try {
    const text = JSON.stringify(all)
    if (text.length > detailsCharactersMax) return { omitted: `${text.length} characters of details` }
    const value = maskJson(JSON.parse(text) as Json, mask)
    return isObject(value) ? (value as JsonObject) : undefined
  } catch (cause) {
    return { omitted: messageOf(cause) }
  }
}
