// A batch of records into the tables, each chunk under a token made of the batch's bounds: the same bounds, the same
// chunks, the same tokens.

import type { Delivery } from '@millrace/journal'
import { environmentDatabase, insertLinewise, linewiseBytesMax, type Olap } from '@millrace/olap'
import type { Logger } from '@millrace/stdx'
import { telemetryStream } from '@millrace/telemetry'
import type { BatchBounds } from './batch-bounds.ts'
import { rejectTable, type SignalTables } from './signal-tables.ts'

const tableNames: Readonly<Record<string, string>> = { trace: 'otel_traces', log: 'otel_logs' }
const environmentName = /^[a-z][a-z0-9-]{0,39}$/

export async function storeBatch(
  rooms: { readonly olap: Olap; readonly logger: Logger },
  tables: SignalTables,
  deliveries: readonly Delivery[],
  bounds: BatchBounds,
): Promise<void> {
  for (const [subject, records] of bySubject(deliveries)) {
    const [, environment = '', signal = ''] = subject.split('.')
    const table = tableNames[signal]
    if (table === undefined || !environmentName.test(environment)) {
      rooms.logger.error('a record of no known signal was left out', { subject, records: records.length })
      continue
    }
    await tables.ensure(environment)
    const database = environmentDatabase(environment)
    for (const [i, chunk] of chunksOf(records).entries()) {
      const token = `${telemetryStream}/${bounds.first}-${bounds.last}/${subject}/${i}`
      const refused = await insertLinewise(rooms.olap, `${database}.${table}`, chunk, token)
      if (refused.length === 0) continue
      rooms.logger.warn('ClickHouse refused signals; they are kept as rejects', {
        table: `${database}.${table}`,
        signals: refused.length,
        message: refused[0]?.message,
      })
      const rows = refused.map(({ line, message }) => ({
        Timestamp: new Date(bounds.youngestAt).toISOString(),
        Table: table,
        Message: message,
        Line: line,
      }))
      await rooms.olap.insert(`${database}.${rejectTable}`, rows, token)
    }
  }
}

/** In order of position, so that a replay cuts the same chunks. */
function bySubject(deliveries: readonly Delivery[]): ReadonlyMap<string, readonly Delivery[]> {
  const groups = new Map<string, Delivery[]>()
  for (const delivery of [...deliveries].sort((a, b) => a.position - b.position)) {
    const group = groups.get(delivery.subject)
    if (group === undefined) groups.set(delivery.subject, [delivery])
    else group.push(delivery)
  }
  return groups
}

function chunksOf(records: readonly Delivery[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = []
  let bodies: Uint8Array[] = []
  let bytes = 0
  for (const { body } of records) {
    if (bytes > 0 && bytes + body.length > linewiseBytesMax) {
      chunks.push(Buffer.concat(bodies))
      bodies = []
      bytes = 0
    }
    bodies.push(body)
    bytes += body.length
  }
  if (bytes > 0) chunks.push(Buffer.concat(bodies))
  return chunks
}
