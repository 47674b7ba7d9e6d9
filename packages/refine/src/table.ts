// The table of a dataset in the column store, brought to what its schema says. It may run again after a crash anywhere:
// it looks at what is there and does what is missing.

import { columnsOf, type DatasetColumn, ownColumns } from '@millrace/dataset'
import { deduplicationWindow, type Olap, quoteName } from '@millrace/olap'
import type { DatasetRecord } from './ledger.ts'
import { catalogueLimits } from './limits.ts'

export interface Place {
  readonly database: string
  readonly table: string
}

/** Events of every dataset that could not be stored, with the reason. */
export const rejectsTable = '_rejects'

// A step is told that its rows are stored: then they are on the disk, not in a cache of the system.
const settings = `SETTINGS non_replicated_deduplication_window = ${deduplicationWindow}, fsync_after_insert = 1, fsync_part_directory = 1`
const atColumn = `${ownColumns.at} DateTime64(3, 'UTC')`

export async function ensureTable(olap: Olap, place: Place, dataset: DatasetRecord): Promise<void> {
  const database = quoteName(place.database)
  await olap.command(`CREATE DATABASE IF NOT EXISTS ${database}`)
  await olap.command(
    `CREATE TABLE IF NOT EXISTS ${database}.${rejectsTable}
     (${atColumn}, dataset LowCardinality(String), token String, \`index\` UInt32, code LowCardinality(String),
      pointer String, message String, event String CODEC(ZSTD(3)))
     ENGINE = MergeTree ORDER BY (dataset, ${ownColumns.at}) TTL toDateTime(${ownColumns.at}) + toIntervalDay(90) ${settings}`,
  )
  const name = `${database}.${quoteName(place.table)}`
  const columns = columnsOf(dataset.schema)
  const rest = dataset.given ? [{ name: ownColumns.rest, type: 'JSON' }] : []
  const wanted = [...columns, ...rest]
  await olap.command(
    `CREATE TABLE IF NOT EXISTS ${name} (${[...wanted.map(definition), atColumn].join(', ')})
     ENGINE = MergeTree ORDER BY ${ownColumns.at} ${settings}`,
  )
  const there = await columnTypes(olap, place)
  const changes: string[] = []
  let before: string | undefined
  for (const column of wanted) {
    const type = there.get(column.name)
    const position = before === undefined ? 'FIRST' : `AFTER ${quoteName(before)}`
    if (type === undefined) changes.push(`ADD COLUMN IF NOT EXISTS ${definition(column)} ${position}`)
    else if (plain(type) !== plain(column.type)) changes.push(`MODIFY COLUMN ${definition(column)}`)
    before = column.name
  }
  if (changes.length > 0) await olap.command(`ALTER TABLE ${name} ${changes.join(', ')}`)
}

async function columnTypes(olap: Olap, place: Place): Promise<ReadonlyMap<string, string>> {
  const { rows } = await olap.query(
    'SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {table:String}',
    { parameters: { database: place.database, table: place.table }, limits: catalogueLimits },
  )
  return new Map(rows.map(([name, type]) => [String(name), String(type)]))
}

function definition(column: Pick<DatasetColumn, 'name' | 'type'>): string {
  return `${quoteName(column.name)} ${column.type}`
}

/** Types are compared without the quotes and spaces that ClickHouse may write otherwise. */
function plain(type: string): string {
  return type.replace(/[`\s]/g, '')
}
