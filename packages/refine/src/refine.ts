// The room of datasets: events become rows, each once, or rejects with their reason.

import { columnsOf, tableOf } from '@millrace/dataset'
import { environmentDatabase, type Olap } from '@millrace/olap'
import { listDatasets } from './ledger.ts'
import { catalogueLimits } from './limits.ts'
import type { RefineOptions } from './prepare.ts'
import { createWriter, type WriteReceipt, type WriteRequest } from './write.ts'

export interface DatasetSummary {
  readonly name: string
  /** As SQL names it. */
  readonly table: string
  readonly rows: number
  /** On disk, compressed. */
  readonly bytes: number
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Milliseconds since 1970. */
  readonly updatedAt: number
}

export interface Refine {
  /**
   * Makes the dataset at its first event. `stored + rejected + duplicate` are the events given; a token that was seen
   * in the last seven days is answered as it was then. Rejects are rows of `_rejects` in the environment's database.
   */
  datasetWrite(request: WriteRequest): Promise<WriteReceipt>
  /** By name. */
  datasets(environment: string): Promise<readonly DatasetSummary[]>
}

export function createRefine(options: RefineOptions): Refine {
  return {
    datasetWrite: createWriter(options),
    async datasets(environment) {
      const entries = await listDatasets(options.store, environment)
      const sizes = await tableSizes(options.olap, environmentDatabase(environment))
      return entries.map(({ name, schema, updatedAt }) => {
        const table = tableOf(name)
        const { rows, bytes } = sizes.get(table) ?? { rows: 0, bytes: 0 }
        const columns = columnsOf(schema).map((column) => ({ name: column.name, type: column.type }))
        return { name, table, rows, bytes, columns, updatedAt }
      })
    },
  }
}

async function tableSizes(olap: Olap, database: string) {
  const { rows } = await olap.query(
    `SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts
     WHERE active AND database = {database:String} GROUP BY table`,
    { parameters: { database }, limits: catalogueLimits },
  )
  return new Map(rows.map(([table, count, bytes]) => [String(table), { rows: Number(count), bytes: Number(bytes) }]))
}
