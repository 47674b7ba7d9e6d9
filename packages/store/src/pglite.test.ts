import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeConformance } from './conformance.ts'
import { openPglite } from './pglite.ts'

/** initdb takes seconds; the template stays for the next run. */
const templateDirectory = join(tmpdir(), 'millrace-template')

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-pglite-'))
})
afterAll(() => rm(root, { recursive: true }))

storeConformance('PGlite', async () => {
  const store = await openPglite({ directory: join(root, 'conformance'), templateDirectory })
  return { store, close: () => store.close() }
})

describe('a store on PGlite', () => {
  test('a directory belongs to one store, and rows are there after a restart', async () => {
    const directory = join(root, 'restart')
    const first = await openPglite({ directory })
    await expect(openPglite({ directory })).rejects.toMatchObject({
      code: 'store.locked',
      message: expect.stringContaining(`belongs to the running process ${process.pid};`),
    })
    await first.script('CREATE TABLE kept (id int8)')
    await first.query('INSERT INTO kept VALUES ($1)', [7])
    await first.close()
    await first.close()
    await expect(first.query('SELECT 1')).rejects.toMatchObject({ code: 'store.unreachable', retryable: false })
    const second = await openPglite({ directory })
    expect(await second.query('SELECT id FROM kept')).toEqual([{ id: 7 }])
    expect(await second.query("SELECT current_setting('fsync') AS fsync")).toEqual([{ fsync: 'on' }])
    await second.close()
    expect((await readdir(directory)).sort()).toEqual(['cluster'])
  })

  test('closing waits for what was asked before', async () => {
    const store = await openPglite({ directory: join(root, 'closing'), templateDirectory })
    const asked = store.transaction(async (sql) => {
      await new Promise((resolve) => setImmediate(resolve))
      return sql.query('SELECT 1 AS one')
    })
    const queued = store.query('SELECT 2 AS two')
    await store.close()
    expect(await asked).toEqual([{ one: 1 }])
    expect(await queued).toEqual([{ two: 2 }])
  })

  test('a template makes the next directory, and several processes may make it at once', async () => {
    const own = join(root, 'template')
    const open = (name: string) => openPglite({ directory: join(root, name), templateDirectory: own })
    const stores = await Promise.all([open('t1'), open('t2')])
    for (const store of stores) {
      await store.script('CREATE TABLE own (id int8)')
      await store.close()
    }
    expect(await readdir(own)).toHaveLength(1)
    const third = await open('t3')
    expect(await third.query("SELECT count(*) FROM pg_tables WHERE tablename = 'own'")).toEqual([{ count: 0 }])
    await third.close()
  })
})
