// The floor under every durable engine: an append-only file with group commit, two records a run and nothing else.

import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { batcher } from '@millrace/stdx'
import { ratePerSecond } from './rate.ts'

export async function floorRunsPerSecond(directory: string, concurrency: number, seconds: number): Promise<number> {
  const file = await open(join(directory, 'floor.log'), 'a')
  const record = Buffer.alloc(200, 'x')
  const log = batcher<Buffer, void>(
    async (records) => {
      await file.write(Buffer.concat(records as Buffer[]))
      await file.datasync()
      return records.map(() => undefined)
    },
    { itemsMax: 10_000, waitingMax: 100_000, overflow: () => new Error('the floor is full') },
  )
  const run = async () => {
    await log.submit(record)
    await log.submit(record)
  }
  const rate = await ratePerSecond(run, concurrency, seconds)
  await file.close()
  return rate
}
