import { startClickhouseHttp } from '@millrace/e2e/servers/clickhouse'
import { expect, test } from 'vitest'
import { openClickhouse } from './clickhouse.ts'
import { olapConformance } from './conformance.ts'

olapConformance('ClickHouse, over HTTP', async () => {
  const server = await startClickhouseHttp()
  const olap = await openClickhouse({ address: server.address })
  return {
    olap,
    async close() {
      await olap.close()
      await server.stop()
    },
  }
})

test('a server that goes away, refuses the password or is none is named without its password', async () => {
  const server = await startClickhouseHttp()
  const olap = await openClickhouse({ address: server.address })
  await olap.ping()
  const wrong = await openClickhouse({ address: server.address.replace(/\/\/[^@]*@/, '//default:wrong@') })
  if (server.engine === 'chdb')
    await expect(wrong.ping()).rejects.toMatchObject({
      code: 'olap.unreachable',
      message: expect.stringContaining('login'),
    })
  server.kill()
  for (const gone of [olap.ping(), olap.command('SELECT 1'), olap.insert('lab.x', [{ a: 1 }], 't')]) {
    await expect(gone).rejects.toMatchObject({ code: 'olap.unreachable', retryable: true })
  }
  await Promise.all([olap.close(), wrong.close(), server.stop()])
})

test('what is no address is refused without showing a password', async () => {
  for (const address of [
    '',
    'http://localhost:8123',
    'clickhouse+ftp://x',
    'clickhouse+http://',
    'clickhouse+http://u:secret@h/a/b',
  ]) {
    const fault = await openClickhouse({ address }).catch((thrown: Error) => thrown)
    expect(fault, address).toMatchObject({ code: 'olap.unreachable' })
    expect((fault as Error).message).not.toContain('secret')
    expect((fault as Error).message).toContain('clickhouse+http://user:password@host:8123/database')
  }
})
