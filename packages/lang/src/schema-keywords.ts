// Faults that ajv does not see, or sees without their place. JSON Schema lets unknown keywords pass, so that a misspelt one (`requird`) silently checks nothing. One that is nearly
// a keyword is taken for a mistake; anything else is an annotation of its author's.

import { type Complaint, isObject, messageOf, nearest } from '@millrace/stdx'
import { complaintsMax } from './limits.ts'
import { pointerJoin } from './pointer.ts'
import { compilePattern } from './regex.ts'

/** Keywords whose values are not schemas. */
const plain = [
  '$schema',
  '$id',
  '$ref',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$comment',
  '$vocabulary',
  'type',
  'enum',
  'const',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'maxContains',
  'minContains',
  'maxProperties',
  'minProperties',
  'required',
  'dependentRequired',
  'format',
  'title',
  'description',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'examples',
  'example',
  'contentEncoding',
  'contentMediaType',
]
/** Keywords that hold one schema. */
const single = [
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'if',
  'then',
  'else',
  'not',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
]
/** Keywords that hold a list of schemas. */
const listed = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
/** Keywords that hold schemas by name. */
const named = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']

const all = new Set([...plain, ...single, ...listed, ...named])

export function keywordComplaints(schema: unknown): readonly Complaint[] {
  const complaints: Complaint[] = []
  visit(schema, '', complaints)
  return complaints.slice(0, complaintsMax)
}

function visit(part: unknown, pointer: string, complaints: Complaint[]): void {
  if (!isObject(part) || complaints.length >= complaintsMax) return
  for (const [keyword, value] of Object.entries(part)) {
    const at = pointerJoin(pointer, keyword)
    if (single.includes(keyword)) visit(value, at, complaints)
    else if (listed.includes(keyword) && Array.isArray(value)) {
      for (const [i, each] of value.entries()) visit(each, pointerJoin(at, i), complaints)
    } else if (named.includes(keyword) && isObject(value)) {
      for (const [name, each] of Object.entries(value)) {
        if (keyword === 'patternProperties') checkPattern(name, pointerJoin(at, name), complaints)
        visit(each, pointerJoin(at, name), complaints)
      }
    } else if (keyword === 'pattern' && typeof value === 'string') checkPattern(value, at, complaints)
    else if (!all.has(keyword)) checkKeyword(keyword, at, complaints)
  }
}

function checkPattern(pattern: string, pointer: string, complaints: Complaint[]): void {
  try {
    compilePattern(pattern)
  } catch (thrown) {
    complaints.push({
      code: 'lang.schema_invalid',
      message: `The pattern \`${pattern}\` does not work: ${messageOf(thrown).replace(/\.?$/, '.')}`,
      pointer,
      found: pattern,
      hint: 'Patterns are RE2: no lookaround, no back references.',
    })
  }
}

function checkKeyword(keyword: string, pointer: string, complaints: Complaint[]): void {
  const meant = nearest(keyword, all)
  if (meant === undefined || keyword.startsWith('x-')) return
  complaints.push({
    code: 'lang.schema_invalid',
    message: `\`${keyword}\` is no keyword of JSON Schema.`,
    pointer,
    found: keyword,
    hint: `Did you mean \`${meant}\`?`,
  })
}
