// What a playbook asks for, and whether what a run is given is that.

import { checkSchema, compileSchema, pointerJoin } from '@millrace/lang'
import { type Complaint, isObject, type Json, type JsonObject, nearest } from '@millrace/stdx'
import type { Complaints } from './complaints.ts'
import type { InputSpec, Playbook } from './document.ts'
import { playbookLimits } from './limits.ts'
import type { ParseOptions } from './parsed.ts'

export function inputsOf(
  written: Json | undefined,
  complaints: Complaints,
  options: ParseOptions,
): ReadonlyMap<string, InputSpec> {
  const inputs = new Map<string, InputSpec>()
  const checked = options.schemas !== 'skip' && isWithin(written, complaints)
  for (const [name, schema] of Object.entries(isObject(written) ? (written as JsonObject) : {})) {
    if (!isObject(schema)) continue
    const known = schema as JsonObject
    const required = !Object.hasOwn(known, 'default')
    inputs.set(name, { name, schema: known, required, default: known['default'] })
    if (checked) checkInput(name, known, complaints)
  }
  return inputs
}

function isWithin(written: Json | undefined, complaints: Complaints): boolean {
  const max = playbookLimits.inputSchemaValuesMax
  const waiting: unknown[] = [written]
  for (let count = 0; waiting.length > 0; count++) {
    if (count > max) {
      complaints.at('/inputs', 'playbook.too_many', `The schemas of the inputs hold more than ${max} values.`, {
        part: 'key',
        expected: `at most ${max}`,
        hint: 'Check the details in a step, or with a dataset’s schema.',
      })
      return false
    }
    const next = waiting.pop()
    if (typeof next === 'object' && next !== null) waiting.push(...Object.values(next))
  }
  return true
}

function checkInput(name: string, schema: JsonObject, complaints: Complaints): void {
  const pointer = pointerJoin('/inputs', name)
  const faults = checkSchema(schema)
  complaints.take(faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer ?? ''}` })))
  if (faults.length > 0 || schema['default'] === undefined) return
  for (const fault of compileSchema(schema).check(schema['default'])) {
    const message = `The default of \`${name}\` does not fit its own schema: ${fault.message}`
    complaints.at(`${pointer}/default${fault.pointer}`, 'playbook.input_invalid', message, {
      ...(fault.expected && { expected: fault.expected }),
      ...(fault.found && { found: fault.found }),
    })
  }
}

export interface CheckedInputs {
  /** What was given, defaults filled in. */
  readonly inputs: JsonObject
  readonly complaints: readonly Complaint[]
}

/** Before a run starts: fills defaults, and complains about what is missing, unknown, or does not fit its schema. */
export function checkInputs(playbook: Pick<Playbook, 'inputs'>, given: JsonObject): CheckedInputs {
  const inputs: Record<string, Json> = {}
  const complaints: Complaint[] = []
  for (const [name, value] of Object.entries(given)) {
    const spec = playbook.inputs.get(name)
    if (spec === undefined) complaints.push(unknownInput(name, [...playbook.inputs.keys()]))
    else complaints.push(...inputFaults(spec, value))
  }
  for (const [name, spec] of playbook.inputs) {
    if (Object.hasOwn(given, name)) inputs[name] = given[name] ?? null
    else if (!spec.required) inputs[name] = spec.default as Json
    else complaints.push(missingInput(spec))
  }
  return { inputs, complaints }
}

function inputFaults(spec: InputSpec, value: Json): Complaint[] {
  return compileSchema(spec.schema)
    .check(value)
    .map(({ message, pointer, expected, found, hint }) => ({
      code: 'playbook.input_invalid',
      message: `Input \`${spec.name}\`: ${message}`,
      pointer: pointerJoin('', spec.name) + pointer,
      ...(expected && { expected }),
      ...(found && { found }),
      ...(hint && { hint }),
    }))
}

function missingInput(spec: InputSpec): Complaint {
  const type = spec.schema['type']
  const about = spec.schema['description']
  return {
    code: 'playbook.input_missing',
    message: `Input \`${spec.name}\` is missing${typeof about === 'string' ? `: ${about}` : '.'}`,
    pointer: pointerJoin('', spec.name),
    ...(typeof type === 'string' ? { expected: type } : {}),
    hint: `Give \`${spec.name}\`.`,
  }
}

function unknownInput(name: string, names: readonly string[]): Complaint {
  const meant = nearest(name, names)
  return {
    code: 'playbook.input_unknown',
    message: `The playbook has no input \`${name}\`.`,
    pointer: pointerJoin('', name),
    found: name,
    ...(names.length === 0 ? {} : { expected: `one of ${names.map((each) => `\`${each}\``).join(', ')}` }),
    ...(meant === undefined ? {} : { hint: `Did you mean \`${meant}\`?` }),
  }
}
