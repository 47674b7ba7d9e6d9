// Bytes by name, within the environment, through what the worker lends.

import { type CallContext, type Json, type Plugin, pluginErrors } from '@millrace/plugin'
import { description } from './description.ts'
import { limits } from './limits.ts'

type As = 'json' | 'text' | 'base64'

/** Which keys go together is in the schema, which the worker has checked. */
interface BlobInput {
  readonly operation: 'put' | 'get' | 'exists' | 'list' | 'remove'
  readonly name?: string
  readonly json?: Json
  readonly text?: string
  readonly base64?: string
  readonly as?: As
  readonly prefix?: string
  readonly namesMax?: number
}

export const plugin: Plugin<BlobInput> = { description, call }

async function call(input: BlobInput, context: CallContext): Promise<Json> {
  const { blobs } = context
  const { operation, name = '', prefix = '', namesMax = limits.namesDefault } = input
  switch (operation) {
    case 'put': {
      const bytes = bytesOf(input)
      await blobs.put(name, bytes)
      return { name, bytes: bytes.length }
    }
    case 'get': {
      const bytes = await blobs.get(name)
      if (bytes === undefined) throw pluginErrors.blob_absent(`There is no blob ${name} in ${context.environment}.`)
      limitSize(name, bytes.length)
      return { name, bytes: bytes.length, value: valueOf(name, bytes, input.as ?? 'text') }
    }
    case 'exists': {
      // Of all names that begin with a name, itself is the first.
      const [first] = await blobs.list(name, 1)
      return { name, exists: first === name }
    }
    case 'list': {
      const names = await blobs.list(prefix, namesMax + 1)
      return { names: names.slice(0, namesMax), more: names.length > namesMax }
    }
    case 'remove':
      await blobs.remove(name)
      return { name }
  }
}

function bytesOf({ name = '', json, text, base64 }: BlobInput): Uint8Array {
  const bytes = base64 === undefined ? new TextEncoder().encode(text ?? JSON.stringify(json)) : base64Bytes(base64)
  limitSize(name, bytes.length)
  return bytes
}

/** Buffer.from() would silently stop at the first character that is none of base64. */
function base64Bytes(base64: string): Uint8Array {
  const plain = base64.replaceAll(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain) || plain.length % 4 !== 0) {
    throw pluginErrors.input_invalid(
      '`base64` is not base64: letters, digits, + and /, padded with = to a multiple of 4.',
    )
  }
  return Buffer.from(plain, 'base64')
}

function valueOf(name: string, bytes: Uint8Array, as: As): Json {
  if (as === 'base64') return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return as === 'text' ? text : (JSON.parse(text) as Json)
  } catch (cause) {
    throw pluginErrors.blob_unreadable(
      `The ${bytes.length} bytes of ${name} are not ${as === 'json' ? 'JSON' : 'UTF-8 text'}.`,
      {
        cause,
      },
    )
  }
}

function limitSize(name: string, bytes: number): void {
  if (bytes <= limits.bytesMax) return
  throw pluginErrors.output_too_large(
    `${name} has ${bytes} bytes; a step carries at most ${limits.bytesMax}. Split it, or work on it in a code step.`,
  )
}
