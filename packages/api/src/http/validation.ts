// A request is checked against the schemas its route declares, and refused with everything that is wrong with it at once.

import { compileSchema } from '@millrace/lang'
import { type Complaint, isObject, type JsonObject } from '@millrace/stdx'
import type { TSchema } from 'typebox'
import { apiErrors } from '../errors.ts'
import { refuseNul } from './body.ts'

export type Part = 'path' | 'query' | 'body'

/** Answers the value with strings of path and query turned into what the schema wants, or refuses. */
export function partCheck(part: Part, schema: TSchema): (value: unknown) => unknown {
  const check = compileSchema(schema)
  return (given) => {
    const value = part === 'body' ? given : fromText(schema, given)
    // A body that may be an array is data: events, which are kept elsewhere and as they are.
    if ((schema as { type?: unknown }).type === 'object') refuseNul(value)
    const complaints = check.check(value)
    if (complaints.length > 0) throw refusal(part, complaints)
    return value
  }
}

function refusal(part: Part, complaints: readonly Complaint[]): Error {
  const placed = complaints.map((complaint) => ({
    ...complaint,
    message: `${whereIn(part, complaint.pointer ?? '')}: ${complaint.message}`,
  }))
  return apiErrors.request_invalid(
    placed
      .map((complaint) => complaint.message)
      .slice(0, 3)
      .join(' '),
    {
      complaints: placed,
    },
  )
}

function whereIn(part: Part, pointer: string): string {
  const name = pointer.slice(1).replaceAll('/', '.')
  return name === ''
    ? `In the ${part}`
    : part === 'body'
      ? `In the body at ${pointer}`
      : `${part === 'query' ? 'Query parameter' : 'Path parameter'} "${name}"`
}

/** `?limit=10` arrives as text; a schema that wants a number, a truth value or a list gets one where the text is one. */
function fromText(schema: TSchema, given: unknown): unknown {
  if (!isObject(given)) return given
  const properties = propertiesOf(schema)
  const value: Record<string, unknown> = {}
  for (const [key, text] of Object.entries(given)) value[key] = valueFrom(properties[key], text)
  return value
}

function valueFrom(schema: JsonObject | undefined, text: unknown): unknown {
  if (schema?.type === 'array')
    return (Array.isArray(text) ? text : String(text).split(',')).map((one) => valueFrom(itemsOf(schema), one))
  if (typeof text !== 'string') return text
  switch (schema?.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
    case 'boolean':
      return text === 'true' || text === '' ? true : text === 'false' ? false : text
    default:
      return text
  }
}

function propertiesOf(schema: TSchema): Record<string, JsonObject | undefined> {
  const { properties } = schema as { properties?: Record<string, JsonObject> }
  return properties ?? {}
}

function itemsOf(schema: JsonObject): JsonObject | undefined {
  return isObject(schema.items) ? (schema.items as JsonObject) : undefined
}
