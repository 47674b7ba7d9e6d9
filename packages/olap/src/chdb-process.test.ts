import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { spawnSource } from '@millrace/e2e/servers/source-process'
import { seededRandom } from '@millrace/stdx'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openChdb } from './chdb.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-olap-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const script = (name: string) => new URL(`./testdata/${name}.ts`, import.meta.url)

test('kill -9 at any moment with full replay leaves every row once, also behind a view', async () => {
  const [kills, batches] = [12, 80]
  const random = seededRandom(20_260_401)
  const acknowledged = new Set<number>()
  for (let round = 0; round <= kills; round++) {
    const child = spawnSource(script('inserter'), [directory, String(batches)])
    const last = Math.floor(random.next() * (batches - 1))
    let killed = false
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      acknowledged.add(Number(line))
      // Now and then a moment later, so that the kill meets the middle of an insert and not always its end.
      if (round < kills && !killed && Number(line) >= last) {
        killed = true
        setTimeout(() => child.kill('SIGKILL'), random.next() * 6)
      }
    }
  }
  expect(acknowledged.size).toBe(batches)
  const olap = await openChdb({ directory })
  const limits = { timeMsMax: 5_000, rowsMax: 10, memoryBytesMax: 2 ** 28, resultBytesMax: 2 ** 20 }
  const counts = 'SELECT count(), uniqExact(batch, n), sum(n) FROM lab.fact'
  expect((await olap.query(counts, { limits })).rows).toEqual([[80_000, 80_000, 80 * 499_500]])
  const totals = 'SELECT count(), min(r), max(r) FROM (SELECT batch, sum(rows) AS r FROM lab.total GROUP BY batch)'
  expect((await olap.query(totals, { limits })).rows).toEqual([[80, 1_000, 1_000]])
  await olap.close()
}, 180_000)

test('a second process is refused in one sentence, and may come when the first is gone', async () => {
  const child = spawnSource(script('inserter'), [directory, '1000000'])
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  const fault = await openChdb({ directory }).catch((thrown) => thrown)
  expect(fault).toMatchObject({ code: 'olap.locked', kind: 'conflict' })
  expect(fault.message).toContain(String(child.pid))
  child.kill('SIGKILL')
  await once(child, 'exit')
  const olap = await openChdb({ directory })
  await olap.ping()
  await olap.close()
  await expect(olap.ping()).rejects.toMatchObject({ code: 'olap.unreachable' })
  await olap.close()
})

test('a platform without a build is named, with what to do', async () => {
  const child = spawnSource(script('unsupported'), [directory])
  const said = await text(child.stdout as NodeJS.ReadableStream)
  expect(said).toMatch(/^olap\.platform_unsupported .*win32/)
  expect(said).toContain('WSL 2')
  expect(said).toContain('clickhouse+http://')
})

test('closing waits for what is on its way, and the directory opens again in the same process', async () => {
  const olap = await openChdb({ directory })
  await olap.command('CREATE DATABASE lab')
  await olap.command('CREATE TABLE lab.t (a UInt8) ENGINE = MergeTree ORDER BY a')
  const insert = olap.insert('lab.t', [{ a: 1 }], 't')
  const query = olap.query('SELECT sleep(0.2)', {
    limits: { timeMsMax: 5_000, rowsMax: 10, memoryBytesMax: 2 ** 28, resultBytesMax: 2 ** 20 },
  })
  await Promise.all([insert, query, olap.close()])
  const again = await openChdb({ directory })
  const { rows } = await again.query('SELECT a FROM lab.t', {
    limits: { timeMsMax: 5_000, rowsMax: 10, memoryBytesMax: 2 ** 28, resultBytesMax: 2 ** 20 },
  })
  expect(rows).toEqual([[1]])
  await again.close()
})
