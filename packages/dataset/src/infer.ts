// A schema from samples. More samples widen it and never narrow it, so batches may come in any order.

import { isObject, type JsonObject } from '@millrace/stdx'
import { isFieldName } from './column.ts'
import { joinKinds, type Kind, kindOfSchema, kindOfValue, schemaOfKind } from './kind.ts'
import { columnsMax } from './limits.ts'

/** The schema that holds all of `before` and every event. What is no object, or names what cannot be a column, is left out. */
export function infer(events: readonly unknown[], before?: JsonObject): JsonObject {
  const fields = new Map<string, Kind>()
  const known = before === undefined ? undefined : kindOfSchema(before)
  if (known?.kind === 'object') for (const [field, kind] of known.fields) fields.set(field, kind)
  for (const event of events) {
    if (!isObject(event)) continue
    for (const [field, value] of Object.entries(event)) {
      const kind = kindOfValue(value)
      if (kind === undefined || !isFieldName(field)) continue
      const earlier = fields.get(field)
      if (earlier !== undefined) fields.set(field, joinKinds(earlier, kind))
      else if (fields.size < columnsMax) fields.set(field, kind)
    }
  }
  return {
    type: 'object',
    properties: Object.fromEntries([...fields].map(([field, kind]) => [field, schemaOfKind(kind)])),
  }
}
