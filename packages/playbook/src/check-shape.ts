// Holds a value against the declared language: unknown and missing keys, wrong kinds, names, durations, counts.

import { pointerJoin, shown } from '@millrace/lang'
import { durationFormat, durationParse, isObject, type Json, nearest } from '@millrace/stdx'
import type { ComplaintMore, Complaints } from './complaints.ts'
import { countsMax } from './grammar.ts'
import { isName, nameRules, type ObjectShape, type Shape } from './shape.ts'

export function checkShape(shape: Shape, value: Json, pointer: string, complaints: Complaints): void {
  const fault = faultOf(shape, value)
  if (fault !== undefined) {
    const { code, message, ...more } = fault
    complaints.at(pointer, `playbook.${code}`, `${nameOf(pointer)} ${message}.`, more)
    return
  }
  if (shape.kind === 'object') checkObject(shape, value as Record<string, Json>, pointer, complaints)
  else if (shape.kind === 'map') checkMap(shape, value as Record<string, Json>, pointer, complaints)
  else if (shape.kind === 'list') {
    for (const [i, item] of (value as Json[]).entries()) {
      checkShape(shape.of, item, pointerJoin(pointer, i), complaints)
    }
  }
}

/** A mapping with defaults in the place of what is absent or wrong, so that checking can go on behind a fault. */
export function filled(shape: ObjectShape, value: unknown): Readonly<Record<string, Json | undefined>> {
  const given = isObject(value) ? (value as Record<string, Json>) : {}
  const result: Record<string, Json | undefined> = {}
  for (const [name, key] of Object.entries(shape.keys)) {
    const found = Object.hasOwn(given, name) ? given[name] : undefined
    result[name] = found !== undefined && faultOf(key.shape, found) === undefined ? found : key.default
  }
  return result
}

function checkObject(shape: ObjectShape, value: Record<string, Json>, pointer: string, complaints: Complaints): void {
  const names = Object.keys(shape.keys)
  for (const [name, item] of Object.entries(value)) {
    const key = Object.hasOwn(shape.keys, name) ? shape.keys[name] : undefined
    const at = pointerJoin(pointer, name)
    if (key !== undefined) {
      checkShape(key.shape, item, at, complaints)
      continue
    }
    const meant = nearest(name, names)
    complaints.at(at, 'playbook.unknown_key', `${nameOf(pointer)} has no key \`${name}\`.`, {
      part: 'key',
      found: name,
      expected: names.length === 0 ? 'no keys' : `one of ${names.map((each) => `\`${each}\``).join(', ')}`,
      hint: meant === undefined ? `Remove \`${name}\`.` : `Did you mean \`${meant}\`?`,
    })
  }
  for (const [name, key] of Object.entries(shape.keys)) {
    if (key.required !== true || Object.hasOwn(value, name)) continue
    complaints.at(pointer, 'playbook.missing_key', `${nameOf(pointer)} lacks \`${name}\`.`, {
      part: 'key',
      expected: `\`${name}\``,
      hint: `Add \`${name}\`: ${lowerFirst(key.about)}`,
    })
  }
}

function checkMap(
  shape: Extract<Shape, { kind: 'map' }>,
  value: Record<string, Json>,
  pointer: string,
  complaints: Complaints,
): void {
  const max = countsMax[shape.noun] ?? 0
  const count = Object.keys(value).length
  if (count > max) {
    complaints.at(
      pointer,
      'playbook.too_many',
      `${nameOf(pointer)} holds ${count} entries; at most ${max} are allowed.`,
      {
        part: 'key',
        expected: `at most ${max}`,
        found: String(count),
      },
    )
  }
  for (const [name, item] of Object.entries(value)) {
    const at = pointerJoin(pointer, name)
    if (!isName(name, shape.name)) {
      complaints.at(at, 'playbook.name_invalid', `\`${name}\` cannot be the name of ${article(shape.noun)}.`, {
        part: 'key',
        found: name,
        expected: nameRules[shape.name],
      })
    }
    checkShape(shape.of, item, at, complaints)
  }
}

interface Fault extends ComplaintMore {
  readonly code: 'wrong_type' | 'value_invalid' | 'name_invalid'
  /** Behind the name of the place: "must be a list; found 5". */
  readonly message: string
}

/** What is wrong with the value itself; what is inside of it is another matter. */
function faultOf(shape: Shape, value: Json): Fault | undefined {
  switch (shape.kind) {
    case 'object':
    case 'map':
    case 'mapping':
      return isObject(value) ? undefined : wrong('a mapping', value)
    case 'schema':
      return isObject(value) ? undefined : wrong('a JSON Schema, such as `{ type: string }`', value)
    case 'list':
      if (!Array.isArray(value)) return wrong('a list', value)
      return value.length >= shape.itemsMin
        ? undefined
        : invalid('must hold at least one entry', 'at least one entry', 'none')
    case 'text':
      return typeof value === 'string' ? undefined : wrong('text', value, quoteHint(value))
    case 'name':
      if (typeof value !== 'string') return wrong(`the name of ${article(shape.noun)}`, value, quoteHint(value))
      if (isName(value, shape.name)) return undefined
      return {
        ...invalid(`cannot be \`${value}\`; expected ${nameRules[shape.name]}`, nameRules[shape.name], value),
        code: 'name_invalid',
      }
    case 'words':
      return wordFault(Object.keys(shape.words), value)
    case 'duration':
      return durationFault(shape, value)
    case 'whole':
      return wholeFault(shape, value)
    case 'expression':
      if (typeof value === 'string' || (shape.condition && typeof value === 'boolean')) return undefined
      return wrong(shape.condition ? 'an expression in `{{ … }}`, true or false' : 'an expression in `{{ … }}`', value)
    case 'value':
      return undefined
  }
}

function wrong(expected: string, value: Json, hint?: string): Fault {
  const found = shown(value)
  return { code: 'wrong_type', message: `must be ${expected}; found ${found}`, expected, found, ...(hint && { hint }) }
}

function invalid(message: string, expected: string, found: string): Fault {
  return { code: 'value_invalid', message, expected, found }
}

function quoteHint(value: Json): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? `Quote it: "${value}".` : undefined
}

function wordFault(words: readonly string[], value: Json): Fault | undefined {
  const expected = words.length === 1 ? `\`${words[0]}\`` : `one of ${words.map((word) => `\`${word}\``).join(', ')}`
  if (typeof value !== 'string') return wrong(expected, value)
  if (words.includes(value)) return undefined
  const meant = nearest(value, words)
  const fault = invalid(`must be ${expected}; found \`${value}\``, expected, value)
  return meant === undefined ? fault : { ...fault, hint: `Did you mean \`${meant}\`?` }
}

function durationFault(shape: Extract<Shape, { kind: 'duration' }>, value: Json): Fault | undefined {
  const expected = 'a duration such as `500ms`, `10s` or `1h30m`'
  if (typeof value !== 'string') {
    return wrong(expected, value, typeof value === 'number' ? `Say the unit: \`${value}s\`.` : undefined)
  }
  const ms = durationParse(value)
  if (ms === undefined) return invalid(`must be ${expected}; found \`${value}\``, expected, value)
  if (ms >= shape.msMin && ms <= shape.msMax) return undefined
  const range = `${durationFormat(shape.msMin)} to ${durationFormat(shape.msMax)}`
  return invalid(`must be ${range}; found \`${value}\``, range, value)
}

function wholeFault(shape: Extract<Shape, { kind: 'whole' }>, value: Json): Fault | undefined {
  const expected = `a whole number from ${shape.min} to ${shape.max}`
  if (typeof value !== 'number') return wrong(expected, value)
  if (Number.isInteger(value) && value >= shape.min && value <= shape.max) return undefined
  return invalid(`must be ${expected}; found ${value}`, expected, String(value))
}

/** `tasks.load.steps[0].with`, as people say it. */
export function nameOf(pointer: string): string {
  if (pointer === '') return 'The playbook'
  const parts = pointer.slice(1).split('/')
  return `\`${parts.map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`)).join('')}\``
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
