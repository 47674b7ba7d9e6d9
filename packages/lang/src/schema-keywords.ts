// JSON Schema lets unknown keywords pass, so that a misspelt one (`requird`) silently checks nothing. One that is nearly
// a keyword is taken for a mistake; anything else is an annotation of its author's.

import { type Complaint, isObject, nearest } from '@millrace/stdx'
import { complaintsMax } from './limits.ts'
import { pointerJoin } from './pointer.ts'

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
  const visit = (part: unknown, pointer: string): void => {
    if (!isObject(part)) return
    for (const [keyword, value] of Object.entries(part)) {
      const at = pointerJoin(pointer, keyword)
      if (single.includes(keyword)) visit(value, at)
      else if (listed.includes(keyword) && Array.isArray(value))
        value.forEach((each, i) => visit(each, pointerJoin(at, i)))
      else if (named.includes(keyword) && isObject(value)) {
        for (const [name, each] of Object.entries(value)) visit(each, pointerJoin(at, name))
      } else if (!all.has(keyword)) {
        const meant = nearest(keyword, all)
        if (meant === undefined || keyword.startsWith('x-') || complaints.length >= complaintsMax) continue
        complaints.push({
          code: 'lang.schema_invalid',
          message: `\`${keyword}\` is no keyword of JSON Schema.`,
          pointer: at,
          found: keyword,
          hint: `Did you mean \`${meant}\`?`,
        })
      }
    }
  }
  visit(schema, '')
  return complaints
}
