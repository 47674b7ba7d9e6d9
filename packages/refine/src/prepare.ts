// The dataset as a batch needs it: there, with a schema that holds the batch, and a table to match.

import { columnsOf, datasetErrors, evolution, infer, type RowRules, tableOf } from '@millrace/dataset'
import { checkSchema, compileSchema } from '@millrace/lang'
import { environmentDatabase, type Olap } from '@millrace/olap'
import type { Clock, JsonObject, Logger } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import { refineErrors } from './errors.ts'
import { type DatasetKey, type DatasetRecord, readDataset, writeDataset } from './ledger.ts'
import { datasetsKeptMax, evolveTriesMax } from './limits.ts'
import { ensureTable, type Place } from './table.ts'

export interface Prepared {
  readonly rules: RowRules
  readonly place: Place
}

export interface Preparation {
  /** One at a time per dataset; the caller sees to that. */
  prepare(key: DatasetKey, schema: JsonObject | undefined, events: readonly unknown[]): Promise<Prepared>
}

export interface RefineOptions {
  readonly store: Store
  readonly olap: Olap
  readonly clock: Clock
  readonly logger: Logger
}

interface Kept {
  readonly version: number
  readonly prepared: Prepared
}

export function createPreparation(options: RefineOptions): Preparation {
  const { store, olap, clock, logger } = options
  /** Datasets whose table is known to be as their version says. */
  const kept = new Map<string, Kept>()

  const settle = async (key: DatasetKey, record: DatasetRecord): Promise<Prepared> => {
    const name = `${key.environment}/${key.dataset}`
    const before = kept.get(name)
    if (before?.version === record.version) return before.prepared
    const place = { database: environmentDatabase(key.environment), table: tableOf(key.dataset) }
    await ensureTable(olap, place, record)
    const columns = columnsOf(record.schema)
    const rules = record.given ? { columns, check: compileSchema(record.schema) } : { columns }
    const prepared = { rules, place }
    if (kept.size >= datasetsKeptMax) kept.clear()
    kept.set(name, { version: record.version, prepared })
    return prepared
  }

  return {
    async prepare(key, schema, events) {
      if (schema !== undefined) checkGiven(schema)
      for (let tries = 0; tries < evolveTriesMax; tries++) {
        const before = await readDataset(store, key)
        const after = next(key, before, schema, events)
        if (after === undefined && before !== undefined) return settle(key, before)
        if (after === undefined || !(await writeDataset(store, key, before, after, clock.now()))) continue
        const version = (before?.version ?? 0) + 1
        logger.info(before === undefined ? 'a dataset was made' : 'a dataset has a new schema', { ...key, version })
        return settle(key, { ...after, version })
      }
      throw refineErrors.schema_moving(
        `${evolveTriesMax} times another writer changed the schema of "${key.dataset}" first. Try again shortly.`,
      )
    },
  }
}

/** The dataset's next version, or undefined when the one there will do. */
function next(
  key: DatasetKey,
  before: DatasetRecord | undefined,
  schema: JsonObject | undefined,
  events: readonly unknown[],
): Omit<DatasetRecord, 'version'> | undefined {
  if (schema === undefined && before?.given === true) return undefined
  const after = schema ?? infer(events, before?.schema)
  const given = schema !== undefined
  if (before === undefined) return { given, schema: after }
  if (before.given === given && JSON.stringify(before.schema) === JSON.stringify(after)) return undefined
  const change = evolution(before.schema, after)
  if (change.kind === 'refused') {
    throw datasetErrors.schema_conflict(
      `The schema given for "${key.dataset}" does not fit the rows it holds: ${change.reasons.slice(0, 5).join('; ')}. Keep those fields as they are, or write to a dataset of another name.`,
    )
  }
  return { given, schema: after }
}

function checkGiven(schema: JsonObject): void {
  const complaints = checkSchema(schema)
  if (complaints.length > 0) {
    throw datasetErrors.schema_invalid(`The schema is wrong: ${complaints[0]?.message}`, { complaints })
  }
  if (columnsOf(schema).length === 0) {
    throw datasetErrors.schema_invalid(
      'The schema names no columns: expected `type: object` with `properties`, one for each column.',
    )
  }
}
