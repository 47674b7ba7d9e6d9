// JSON Schema 2020-12 → a check with complaints that people can act on. Ajv turns a schema into a function, for which a
// browser with a strict content security policy offers no way: schemas are checked on the server, and the browser asks.

import { type Complaint, isObject } from '@millrace/stdx'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { SchemaCheck } from './contract.ts'
import { complaintsMax, schemaValuesMax } from './limits.ts'
import { schemaPattern } from './regex.ts'
import { complaintsOf } from './schema-complaint.ts'
import { keywordComplaints } from './schema-keywords.ts'

const kept = new WeakMap<object, SchemaCheck>()
let shared: Ajv2020 | undefined

/** Compiled once per schema object. Throws an Error that says what is wrong when the schema is none: see `checkSchema`. */
export function compileSchema(schema: object | boolean): SchemaCheck {
  if (typeof schema === 'boolean') return checkOf(compile(schema))
  let check = kept.get(schema)
  if (check === undefined) {
    check = checkOf(compile(schema))
    kept.set(schema, check)
  }
  return check
}

/** Whether a schema is one: complaints with pointers into the schema; empty when it can be used. */
export function checkSchema(schema: unknown): readonly Complaint[] {
  if (typeof schema !== 'boolean' && !isObject(schema)) {
    return [invalid('', `A schema is a mapping of JSON Schema keywords; found ${kindOf(schema)}.`)]
  }
  if (countBeyond(schema, schemaValuesMax))
    return [invalid('', `The schema holds more than ${schemaValuesMax} values.`)]
  const typos = keywordComplaints(schema)
  const ajv = engine()
  if (ajv.validateSchema(schema) !== true) {
    // The meta-schema reaches its alternatives by reference, so that they are told one by one; the first says enough.
    const byPlace = new Map<string, Complaint>()
    for (const { part: _part, ...fault } of complaintsOf(ajv.errors ?? [], schema)) {
      if (!byPlace.has(fault.pointer)) byPlace.set(fault.pointer, { ...fault, code: 'lang.schema_invalid' })
    }
    return [...typos, ...byPlace.values()].slice(0, complaintsMax)
  }
  if (typos.length > 0) return typos
  try {
    compile(schema)
    return []
  } catch (thrown) {
    return [invalid('', `The schema cannot be used: ${(thrown as Error).message}.`)]
  }
}

function invalid(pointer: string, message: string): Complaint {
  return { code: 'lang.schema_invalid', message, pointer }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}

/** Made at first use: it compiles the meta-schema, which takes some milliseconds. */
function engine(): Ajv2020 {
  if (shared === undefined) {
    const engineOf = Object.assign((pattern: string) => schemaPattern(pattern), { code: 'schemaPattern' })
    shared = new Ajv2020({
      allErrors: true,
      verbose: true,
      strict: false,
      allowUnionTypes: true,
      addUsedSchema: false,
      logger: false,
      ownProperties: true,
      code: { regExp: engineOf },
    })
    addFormats.default(shared)
  }
  return shared
}

function compile(schema: object | boolean): ValidateFunction {
  const ajv = engine()
  const validate = ajv.compile(schema)
  // Ajv would keep every schema it has seen for ever; the function is all that is needed.
  if (typeof schema === 'object') ajv.removeSchema(schema)
  return validate
}

function checkOf(validate: ValidateFunction): SchemaCheck {
  return {
    check(value, unknown) {
      if (validate(value)) return []
      const errors: readonly ErrorObject[] = validate.errors ?? []
      validate.errors = null
      return complaintsOf(errors, value, unknown)
    },
  }
}

function countBeyond(value: unknown, max: number): boolean {
  const waiting: unknown[] = [value]
  let count = 0
  while (waiting.length > 0) {
    if (++count > max) return true
    const next = waiting.pop()
    if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) waiting.push(part)
  }
  return false
}
