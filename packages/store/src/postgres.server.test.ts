import { type PostgresServer, startPostgres } from '@millrace/e2e/servers/postgres'
import { afterAll, beforeAll } from 'vitest'
import { storeConformance } from './conformance.ts'
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
