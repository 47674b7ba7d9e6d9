import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Blob } from '@millrace/blob'
import { openFileBlob } from '@millrace/blob/file'
import { manualClock, quietLogger } from '@millrace/stdx'
import { migrate, type Store } from '@millrace/store'
import { openPglite } from '@millrace/store/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dispatchMigrations } from './migrations.ts'
import { createRetention } from './retention.ts'

const day = 86_400_000
const start = Date.UTC(2026, 0, 1)

let directory: string
let store: Store
let blob: Blob
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-retention-'))
  store = await openPglite({
    directory: join(directory, 'store'),
    templateDirectory: join(tmpdir(), 'millrace-template'),
  })
  blob = await openFileBlob({ directory: join(directory, 'blob') })
  await migrate(store, dispatchMigrations)
})
afterAll(async () => {
  await store.close()
  await blob.close()
  await rm(directory, { recursive: true, force: true })
})

async function keep(id: string, endedAt: number | null): Promise<void> {
  await store.query(
    `INSERT INTO dispatch.run (id, environment, playbook, version, state, trigger, started_by, created_at, ended_at, seq,
       steps_total, steps_completed, steps_failed, steps_running)
     VALUES ($1, 'dev', 'p', 1, 'completed', 'api', 't', $2, $3, 1, 0, 0, 0, 0)`,
    [id, start, endedAt],
  )
  await store.query("INSERT INTO dispatch.history (run_id, seq, facts) VALUES ($1, 1, '[]')", [id])
  await blob.put(`runs/${id}/outputs.json`, new Uint8Array([1]))
  await blob.put(`outputs/${id}/a.json`, new Uint8Array([1]))
}

const ids = async (table: string, column: string) =>
  (await store.query<{ id: string }>(`SELECT ${column} AS id FROM dispatch.${table} ORDER BY 1`)).map((row) => row.id)

test('runs go with their facts and bytes when their time is over, and no others', async () => {
  const clock = manualClock(start + 100 * day)
  await keep('run_old', start)
  await keep('run_young', start + 99 * day)
  await keep('run_open', null)
  const retention = createRetention({ store, blob, clock, logger: quietLogger, keepMs: 90 * day })
  expect(await retention.sweep()).toBe(1)
  expect(await retention.sweep()).toBe(0)
  expect(await ids('run', 'id')).toEqual(['run_open', 'run_young'])
  expect(await ids('history', 'run_id')).toEqual(['run_open', 'run_young'])
  expect(await blob.list('', 10)).toEqual([
    'outputs/run_open/a.json',
    'outputs/run_young/a.json',
    'runs/run_open/outputs.json',
    'runs/run_young/outputs.json',
  ])
  await retention.stop()
})

test('it looks by itself a while after the start, and not after it was stopped', async () => {
  const clock = manualClock(start + 300 * day)
  await keep('run_late', start)
  const retention = createRetention({ store, blob, clock, logger: quietLogger, keepMs: 90 * day })
  retention.start()
  clock.advance(61_000)
  await retention.stop()
  expect(await ids('run', 'id')).toEqual(['run_open'])
  await keep('run_later', start)
  clock.advance(10 * day)
  expect(await ids('run', 'id')).toEqual(['run_later', 'run_open'])
})
