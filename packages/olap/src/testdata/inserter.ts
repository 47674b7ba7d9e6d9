// Inserts numbered batches into <directory>, each under its token, and is killed while doing so; it begins at the first
// batch every time, as a replay does. A line of output is the number of a batch that is in.

import { openChdb } from '../chdb.ts'

const [directory = '', batches = '0'] = process.argv.slice(2)
const olap = await openChdb({ directory })
const window = 'SETTINGS non_replicated_deduplication_window = 10000'
await olap.command('CREATE DATABASE IF NOT EXISTS lab')
await olap.command(`CREATE TABLE IF NOT EXISTS lab.fact (batch UInt32, n UInt32) ENGINE = MergeTree ORDER BY (batch, n) ${window}`)
await olap.command(
  `CREATE TABLE IF NOT EXISTS lab.total (batch UInt32, rows UInt64) ENGINE = SummingMergeTree ORDER BY batch ${window}`,
)
await olap.command(
  'CREATE MATERIALIZED VIEW IF NOT EXISTS lab.total_mv TO lab.total AS SELECT batch, count() AS rows FROM lab.fact GROUP BY batch',
)
for (let batch = 0; batch < Number(batches); batch++) {
  const rows = Array.from({ length: 1_000 }, (_, n) => ({ batch, n }))
  await olap.insert('lab.fact', rows, `batch-${batch}`)
  process.stdout.write(`${batch}\n`)
}
await olap.close()
