// Keeps what an expression makes on its way within bounds. A few characters can double a text or share a value with
// itself forty times; such a value costs nothing until something prints or compares it, and then never ends.

import { isObject } from '@millrace/stdx'
import type jsonata from 'jsonata'
import { type Call, callName, Refused } from './expression-functions.ts'
import type { AstNode } from './expression-names.ts'
import { madeMax, textCharsMax, valuesMax } from './limits.ts'

/** JSONata calls what is bound to this after each node; it costs half as much again, so only where something can grow. */
const afterNode = Symbol.for('jsonata.__evaluate_exit')

export function boundGrowth(expression: jsonata.Expression): void {
  expression.assign(afterNode as unknown as string, check)
}

/** What these yield was there before. */
const found = new Set(['name', 'variable', 'string', 'number', 'value'])

function check(node: AstNode, _input: unknown, environment: jsonata.Environment, result: unknown): void {
  if (typeof result === 'string') {
    if (result.length > textCharsMax) {
      throw new Refused(`it makes a text of ${result.length} characters; at most ${textCharsMax} are allowed.`)
    }
    if (!found.has(node.type)) count(environment, result.length)
    return
  }
  if (typeof result !== 'object' || result === null || found.has(node.type) || weights.has(result)) return
  if (Array.isArray(result)) count(environment, result.length)
  if (weigh(result) > valuesMax) {
    throw new Refused(`it makes a value of more than ${valuesMax} parts.`)
  }
}

function count(environment: jsonata.Environment, size: number): void {
  const call = environment.lookup(callName) as Call
  call.made += size
  if (call.made > madeMax) throw new Refused(`it makes more than ${madeMax} items and characters on its way.`)
}

/** Values inside, as if written out. Kept, since values do not change once they are made. */
const weights = new WeakMap<object, number>()

function weigh(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  const known = weights.get(value)
  if (known !== undefined) return known
  // Functions and their environments are not values.
  if (isObject(value) && ('_jsonata_lambda' in value || '_jsonata_function' in value)) return 1
  let weight = 1
  for (const part of Array.isArray(value) ? value : Object.values(value)) {
    weight += weigh(part)
    if (weight > valuesMax) break
  }
  weights.set(value, weight)
  return weight
}
