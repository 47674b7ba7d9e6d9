// The built-in functions of JSONata that read a clock, roll dice, or do unbounded work in one call, replaced by ones
// that do neither. `this` is what JSONata lends a function.

import { isObject, seededRandom } from '@millrace/stdx'
import jsonata from 'jsonata'
import { dateCharsMax, datePartsMax, padCharsMax, textCharsMax, valuesMax } from './limits.ts'

/** What one evaluation is given, bound under a name that no expression can write. */
export interface Call {
  readonly nowMs: number
  readonly next: () => number
  /** Items and characters made so far. */
  made: number
}

export const callName = 'millrace.call'

export function newCall(nowMs: number, seed: number): Call {
  const random = seededRandom(seed)
  return { nowMs, next: () => random.next(), made: 0 }
}

/** Thrown inside JSONata, in its own manner: a code and a message. */
export class Refused extends Error {
  readonly code = 'millrace.refused'
}

interface Native {
  readonly implementation: (...given: unknown[]) => unknown
}

/** The built-in ones behind those that are replaced: an expression that is a function's name yields the function. */
const natives = {
  fromMillis: jsonata('$fromMillis').evaluate(null) as Promise<Native>,
  toMillis: jsonata('$toMillis').evaluate(null) as Promise<Native>,
}

type This = jsonata.Focus

function call(self: This): Call {
  return self.environment.lookup(callName) as Call
}

export function bindFunctions(expression: jsonata.Expression): void {
  expression.registerFunction('now', now, '<s?s?:s>')
  expression.registerFunction('millis', millis, '<:n>')
  expression.registerFunction('random', random, '<:n>')
  expression.registerFunction('shuffle', shuffle, '<a:a>')
  expression.registerFunction('fromMillis', fromMillis, '<n-s?s?:s>')
  expression.registerFunction('toMillis', toMillis, '<s-s?:n>')
  expression.registerFunction('join', join, '<a<s>s?:s>')
  expression.registerFunction('pad', pad, '<s-ns?:s>')
  expression.registerFunction('distinct', distinct, '<x:x>')
  expression.registerFunction('length', length, '<s-:n>')
  expression.registerFunction('eval', refuseEval, '<sx?:x>')
}

async function now(this: This, picture?: string, zone?: string): Promise<unknown> {
  return fromMillis.call(this, call(this).nowMs, picture, zone)
}

async function fromMillis(this: This, ms?: number, picture?: string, zone?: string): Promise<unknown> {
  // `[Y,1000000000]` would pad the year to as many digits.
  if (picture !== undefined && (picture.length > dateCharsMax || /,[^\]]*\d{3}/.test(picture))) {
    throw new Refused(`A picture of a date has at most ${dateCharsMax} characters, and no part wider than 99.`)
  }
  return (await natives.fromMillis).implementation.call(this, ms, picture, zone)
}

async function toMillis(this: This, text?: string, picture?: string): Promise<unknown> {
  if (picture !== undefined && text !== undefined) {
    const parts = picture.split('[').length - 1
    if (text.length > dateCharsMax || picture.length > dateCharsMax || parts > datePartsMax) {
      throw new Refused(`A date has at most ${dateCharsMax} characters, and its picture ${datePartsMax} parts.`)
    }
  }
  // What a picture leaves out is taken from the present, which is not this machine's but the one that was given.
  this.environment.timestamp.setTime(call(this).nowMs)
  return (await natives.toMillis).implementation.call(this, text, picture)
}

function millis(this: This): number {
  return call(this).nowMs
}

function random(this: This): number {
  return call(this).next()
}

/** Fisher and Yates, with the seeded die. */
function shuffle(this: This, items?: readonly unknown[]): unknown {
  if (items === undefined || items.length < 2) return items
  const { next } = call(this)
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[result[i], result[j]] = [result[j], result[i]]
  }
  return result
}

function pad(this: This, text?: string, width = 0, fill?: string): unknown {
  if (text === undefined) return undefined
  if (Math.abs(width) > padCharsMax) {
    throw new Refused(`$pad to ${width} characters; at most ${padCharsMax} are allowed.`)
  }
  const wanted = Math.trunc(width)
  const letters = [...text].length
  const missing = Math.abs(wanted) - letters
  if (missing <= 0) return text
  const fills = [...(fill === undefined || fill === '' ? ' ' : fill)]
  let padding = ''
  for (let i = 0; i < missing; i++) padding += fills[i % fills.length]
  return wanted > 0 ? text + padding : padding + text
}

function length(this: This, text?: string): number | undefined {
  if (text === undefined) return undefined
  let count = 0
  for (const _ of text) count++
  return count
}

function join(this: This, texts?: readonly string[], separator = ''): string | undefined {
  if (texts === undefined) return undefined
  const chars = texts.reduce((sum, text) => sum + text.length + separator.length, 0)
  if (chars > textCharsMax) throw new Refused(`$join of ${chars} characters; at most ${textCharsMax} are allowed.`)
  return texts.join(separator)
}

/** Linear, where the built-in compares each with each. Two values are the same when their JSON is, keys sorted. */
function distinct(this: This, items?: unknown): unknown {
  if (!Array.isArray(items) || items.length < 2) return items
  const budget = { left: valuesMax }
  const seen = new Set<string>()
  const result = items.filter((item) => {
    const key = canonical(item, budget)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
  return (items as { sequence?: boolean }).sequence ? Object.assign(result, { sequence: true }) : result
}

function canonical(value: unknown, budget: { left: number }): string {
  if (--budget.left < 0) throw new Refused(`$distinct over more than ${valuesMax} values.`)
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, budget)).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'undefined'
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key], budget)}`)
  return `{${pairs.join(',')}}`
}

function refuseEval(): never {
  throw new Refused('$eval is not available: an expression is written where it is read.')
}
