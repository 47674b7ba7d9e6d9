// The form that a playbook's `inputs` ask for: JSON Schema → fields, and what was typed → inputs or complaints. The server
// checks the inputs against the whole schema again; here stands what helps while typing.

import { isObject } from '@millrace/stdx'

export interface FormField {
  readonly name: string
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'json'
  readonly about: string | undefined
  readonly required: boolean
  readonly integer: boolean
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  readonly pattern: string | undefined
  /** JSON Schema's `format`: `date`, `uri`, `email`, … */
  readonly format: string | undefined
  /** Of a choice: JSON of each value, so that numbers stay numbers. */
  readonly options: readonly string[]
  /** What stands in the field at first. */
  readonly initial: string
}

export type FormText = Readonly<Record<string, string>>

export interface FormResult {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly complaints: Readonly<Record<string, string>>
}

/** Fields in the order of the schema; those that must be filled first. */
export function fieldsOf(schema: unknown): readonly FormField[] {
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {}
  const required = new Set(isObject(schema) && Array.isArray(schema['required']) ? schema['required'] : [])
  const fields = Object.entries(properties).map(([name, property]) =>
    fieldOf(name, isObject(property) ? property : {}, required.has(name)),
  )
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)]
}

function fieldOf(name: string, schema: Record<string, unknown>, required: boolean): FormField {
  const type = Array.isArray(schema['type']) ? schema['type'].find((each) => each !== 'null') : schema['type']
  const options = Array.isArray(schema['enum']) ? schema['enum'].map((value) => JSON.stringify(value)) : []
  const kind = options.length > 0 ? 'choice' : kindOf(type)
  const text = (key: string) => (typeof schema[key] === 'string' ? schema[key] : undefined)
  const number = (key: string) => (typeof schema[key] === 'number' ? schema[key] : undefined)
  return {
    name,
    kind,
    about: text('description') ?? text('title'),
    required,
    integer: type === 'integer',
    minimum: number('minimum'),
    maximum: number('maximum'),
    pattern: text('pattern'),
    format: text('format'),
    options,
    initial: initialOf(kind, schema['default']),
  }
}

function kindOf(type: unknown): FormField['kind'] {
  if (type === 'string') return 'text'
  if (type === 'number' || type === 'integer') return 'number'
  if (type === 'boolean') return 'boolean'
  return 'json'
}

function initialOf(kind: FormField['kind'], value: unknown): string {
  if (value === undefined) return kind === 'boolean' ? 'false' : ''
  if (kind === 'text') return String(value)
  return kind === 'json' ? JSON.stringify(value, null, 2) : JSON.stringify(value)
}

/** What stands in the fields for given inputs, for running again. */
export function textsOf(fields: readonly FormField[], inputs: unknown): FormText {
  const given = isObject(inputs) ? inputs : {}
  return Object.fromEntries(
    fields.map((field) => [field.name, field.name in given ? initialOf(field.kind, given[field.name]) : field.initial]),
  )
}

/** Empty fields that need no value are left out, so that the schema's defaults count. */
export function readForm(fields: readonly FormField[], texts: FormText): FormResult {
  const inputs: Record<string, unknown> = {}
  const complaints: Record<string, string> = {}
  for (const field of fields) {
    const text = texts[field.name] ?? field.initial
    if (text.trim() === '') {
      if (field.required) complaints[field.name] = 'A value is needed.'
      continue
    }
    const read = readField(field, text)
    if ('complaint' in read) complaints[field.name] = read.complaint
    else inputs[field.name] = read.value
  }
  return { inputs, complaints }
}

type Read = { readonly value: unknown } | { readonly complaint: string }

function readField(field: FormField, text: string): Read {
  if (field.kind === 'text') return readText(field, text)
  if (field.kind === 'number') return readNumber(field, text)
  if (field.kind === 'boolean') return { value: text === 'true' }
  try {
    return { value: JSON.parse(text) }
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    return { complaint: `Not JSON: ${reason}. Texts stand in double quotes.` }
  }
}

function readText(field: FormField, text: string): Read {
  if (field.format === 'uri' && !URL.canParse(text)) {
    return { complaint: `Found “${text}”; expected a full address such as https://example.org/data.json.` }
  }
  if (field.format === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    return { complaint: `Found “${text}”; expected a date such as 2025-03-14.` }
  }
  return { value: text }
}

function readNumber(field: FormField, text: string): Read {
  const value = Number(text)
  if (!Number.isFinite(value)) return { complaint: `Found “${text}”; expected a number.` }
  if (field.integer && !Number.isInteger(value)) return { complaint: `Found ${value}; expected a whole number.` }
  if (field.minimum !== undefined && value < field.minimum) return { complaint: `At least ${field.minimum}.` }
  if (field.maximum !== undefined && value > field.maximum) return { complaint: `At most ${field.maximum}.` }
  return { value }
}
