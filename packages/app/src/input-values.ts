// `-i key=value` and `--input-file`, turned into the inputs of a run.

import { readFile } from 'node:fs/promises'
import { readYaml } from '@millrace/lang'
import { isObject, type Json, type JsonObject } from '@millrace/stdx'
import { appErrors } from './errors.ts'

/** A text input takes the value as it stands; every other type reads it as JSON, so that `-i count=3` is a number. */
export async function readInputs(
  pairs: readonly string[],
  file: string | undefined,
  schema: JsonObject,
): Promise<JsonObject> {
  const inputs: Record<string, Json> = file === undefined ? {} : { ...(await readInputFile(file)) }
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) throw appErrors.usage(`Found the input "${pair}"; expected \`key=value\`.`)
    const key = pair.slice(0, at)
    inputs[key] = valueOf(pair.slice(at + 1), propertyType(schema, key))
  }
  return inputs
}

function propertyType(schema: JsonObject, key: string): unknown {
  const properties = schema['properties']
  const property = isObject(properties) ? properties[key] : undefined
  return isObject(property) ? property['type'] : undefined
}

function valueOf(text: string, type: unknown): Json {
  if (type === 'string') return text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

async function readInputFile(path: string): Promise<JsonObject> {
  const source = readYaml(await readText(path))
  const first = source.complaints[0]
  if (first !== undefined)
    throw appErrors.usage(`${path}:${first.line ?? 1}: ${first.message}`, { complaints: source.complaints })
  if (!isObject(source.value)) throw appErrors.usage(`${path} holds no mapping of inputs to values.`)
  return source.value as JsonObject
}

export async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw appErrors.file_unreadable(`The file ${path} cannot be read: ${cause.code ?? cause.message}.`)
  })
}
