// What a plugin answers must be JSON, exactly: nothing is dropped, rounded or turned into null on the way.

import { isObject, type Json } from '@millrace/stdx'
import type { Mask } from './secret-mask.ts'

/** Deeper than this no reader follows, and every recursive one breaks. */
const depthMax = 512

/** A sentence about the first place that JSON cannot hold, or undefined. */
export function jsonFault(value: unknown, path = '', depth = 0): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : `${value}${at(path)}: JSON has no such number, use null`
    case 'undefined':
      return `undefined${at(path)}: use null, or leave the key out`
    case 'object':
      break
    default:
      return `a ${typeof value}${at(path)}: JSON has none`
  }
  if (value === null) return undefined
  if (depth > depthMax) return `more than ${depthMax} levels of nesting, or an object that contains itself`
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const fault = jsonFault(value[i], `${path}/${i}`, depth + 1)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) {
    const name = (value as object).constructor?.name ?? 'class instance'
    return `a ${name}${at(path)}: ${name === 'Date' ? 'use .toISOString()' : 'use plain objects and arrays'}`
  }
  for (const key in value) {
    const fault = jsonFault((value as Record<string, unknown>)[key], `${path}/${key}`, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

function at(path: string): string {
  return path === '' ? '' : ` at ${path}`
}

/** Masks strings, keys, and numbers whose digits are a secret. Takes what has no `jsonFault`. */
export function maskJson(value: Json, mask: Mask): Json {
  if (typeof value === 'string') return mask(value)
  if (typeof value === 'number') {
    const text = String(value)
    const masked = mask(text)
    return masked === text ? value : masked
  }
  if (Array.isArray(value)) return value.map((item: Json) => maskJson(item, mask))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [mask(key), maskJson(inner as Json, mask)]))
}
