import { type PostgresServer, startPostgres } from '@millrace/e2e/servers/postgres'
import { deferred, messageOf } from '@millrace/stdx'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { storeConformance } from './conformance.ts'
import type { Store } from './contract.ts'
import { openPostgres } from './postgres.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

storeConformance('PostgreSQL', async () => {
  const store = await openPostgres({ address: server.address, poolMax: 5 })
  return { store, close: () => store.close() }
})

describe('a store on PostgreSQL', () => {
  let store: Store
  beforeEach(async () => {
    store = await openPostgres({ address: server.address, poolMax: 3 })
    await store.script('DROP TABLE IF EXISTS account; CREATE TABLE account (id int8 PRIMARY KEY, sum int8)')
    await store.query('INSERT INTO account VALUES (1, 10), (2, 20)')
  })
  afterEach(() => store.close())

  /** Tries until the database answers: how soon a server is back is not for this test to say. */
  const untilBack = () =>
    expect.poll(() => store.ping().then(() => 'back', messageOf), { timeout: 30_000 }).toBe('back')

  test('a server that is killed is unreachable, and found again when it is back, with its notices', async () => {
    const heard: string[] = []
    await store.listen('account_change', (payload) => heard.push(payload))
    server.kill()
    await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'store.unreachable', retryable: true })
    await expect(store.transaction((sql) => sql.query('SELECT 1'))).rejects.toMatchObject({ code: 'store.unreachable' })
    await expect(store.listen('account_more', () => {})).rejects.toMatchObject({ code: 'store.unreachable' })
    await server.restart()
    await untilBack()
    expect(await store.query('SELECT sum FROM account ORDER BY id')).toEqual([{ sum: 10 }, { sum: 20 }])
    await expect
      .poll(async () => {
        await store.notify('account_change', 'again')
        return heard[0]
      })
      .toBe('again')
  })

  test('a connection that is cut in the middle of a transaction costs that transaction only', async () => {
    const cut = store.transaction(async (sql) => {
      await sql.query('UPDATE account SET sum = 0')
      const [row] = await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      await store.query('SELECT pg_terminate_backend($1)', [row?.pid ?? 0])
      await sql.query('SELECT 1')
    })
    await expect(cut).rejects.toMatchObject({ code: 'store.unreachable', retryable: true })
    expect(await store.query('SELECT sum FROM account ORDER BY id')).toEqual([{ sum: 10 }, { sum: 20 }])
  })

  test('idle connections that were cut are replaced without anybody noticing', async () => {
    await Promise.all([1, 2, 3].map(() => store.query('SELECT pg_sleep(0.05)')))
    const admin = await openPostgres({ address: server.address, poolMax: 1 })
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'millrace' AND pid <> pg_backend_pid()",
    )
    await admin.close()
    await untilBack()
    expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('a deadlock and a serialization failure are conflicts that may be tried again', async () => {
    const firstHas = deferred()
    const secondHas = deferred()
    const update = 'UPDATE account SET sum = sum + 1 WHERE id = $1'
    const outcomes = await Promise.allSettled([
      store.transaction(async (sql) => {
        await sql.query(update, [1])
        firstHas.resolve()
        await secondHas.promise
        await sql.query(update, [2])
      }),
      store.transaction(async (sql) => {
        await sql.query(update, [2])
        secondHas.resolve()
        await firstHas.promise
        await sql.query(update, [1])
      }),
    ])
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(failed).toMatchObject([{ reason: { code: 'store.conflict', retryable: true } }])
    const stale = store.transaction(async (sql) => {
      await sql.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
      await sql.query('SELECT * FROM account')
      await store.query(update, [1])
      await sql.query(update, [1])
    })
    await expect(stale).rejects.toMatchObject({ code: 'store.conflict', details: { sqlstate: '40001' } })
  })

  test('a statement over its time and a full disk are named for what they are', async () => {
    const slow = store.transaction(async (sql) => {
      await sql.query("SET LOCAL statement_timeout = '50ms'")
      await sql.query('SELECT pg_sleep(10)')
    })
    await expect(slow).rejects.toMatchObject({
      code: 'store.statement_failed',
      retryable: true,
      details: { sqlstate: '57014' },
    })
    await expect(store.script("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53100'; END $$")).rejects.toMatchObject(
      {
        code: 'store.disk_full',
        retryable: true,
      },
    )
    expect(await store.query("SELECT current_setting('statement_timeout') AS limit")).toEqual([{ limit: '30s' }])
  })

  test('more transactions than connections wait for each other', async () => {
    const add = () => store.transaction((sql) => sql.query('UPDATE account SET sum = sum + 1 WHERE id = 1'))
    await Promise.all(Array.from({ length: 40 }, add))
    expect(await store.query('SELECT sum FROM account WHERE id = 1')).toEqual([{ sum: 50 }])
  })

  test('a table that another session changes does not spoil a prepared statement', async () => {
    const all = 'SELECT * FROM account WHERE id = 1'
    for (let i = 0; i < 8; i++) expect(await store.query(all)).toEqual([{ id: 1, sum: 10 }])
    const other = await openPostgres({ address: server.address, poolMax: 1 })
    await other.script('ALTER TABLE account ADD COLUMN note text')
    await other.close()
    for (let i = 0; i < 3; i++) expect(await store.query(all)).toEqual([{ id: 1, sum: 10, note: null }])
  })

  test('an address that leads nowhere is refused, without its password', async () => {
    const refused: readonly (readonly [(url: URL) => void, boolean])[] = [
      [(url) => (url.port = '1'), true],
      [(url) => (url.hostname = 'host.invalid'), true],
      [(url) => (url.pathname = '/nothing'), false],
      [(url) => (url.username = 'nobody'), false],
      [(url) => url.searchParams.set('sslmode', 'verify-full'), true],
    ]
    for (const [change, retryable] of refused) {
      const url = new URL(server.address)
      url.password = 'hunter2-hunter2'
      change(url)
      const error: unknown = await openPostgres({ address: url.href, poolMax: 1 }).catch((cause: unknown) => cause)
      expect(error).toMatchObject({ code: 'store.unreachable', retryable })
      expect(`${messageOf(error)} ${JSON.stringify(error)}`).not.toContain('hunter2')
    }
    await expect(openPostgres({ address: 'not an address', poolMax: 1 })).rejects.toMatchObject({
      code: 'store.unreachable',
    })
  })

  test('a closed store answers so', async () => {
    await store.close()
    await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'store.unreachable', retryable: false })
    await store.close()
  })
})
