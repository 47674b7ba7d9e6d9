// The platform's own olap as a worker lends it, and databases that are not there. Real databases: e2e/plugin-sql-*.

import { type AddressInfo, createServer, type Server } from 'node:net'
import { type CallContext, type Platform, PluginError } from '@millrace/plugin'
import { afterAll, expect, test } from 'vitest'
import { sqlPlugin } from './index.ts'

const plugin = sqlPlugin()
const servers: Server[] = []

afterAll(async () => {
  await plugin.close?.()
  for (const server of servers) server.close()
})

function context(query: Platform['query'] | undefined, signal = new AbortController().signal): CallContext {
  const part: Partial<CallContext> = {
    environment: 'dev',
    signal,
    limits: { timeMsMax: 5_000, outputBytesMax: 1_000, memoryBytesMax: 1e9, logLinesMax: 10 },
    log: () => undefined,
    ...(query === undefined ? {} : { platform: { query } as Platform }),
  }
  return part as CallContext
}

test.each([undefined, 'platform'])(
  'with connection %s the platform is asked, by named parameters',
  async (connection) => {
    const asked: unknown[] = []
    const lent = context(async (request) => {
      asked.push(request)
      return {
        columns: [
          { name: 'n', type: 'UInt64' },
          { name: 'n', type: 'String' },
        ],
        rows: [[1, 'a']],
      }
    })
    const query = 'SELECT {{ not an expression }} WHERE id IN {ids:Array(UInt8)}'
    const input = { query, parameters: { ids: [1, 2], name: "o'clock" } }
    const output = await plugin.call(connection === undefined ? input : { ...input, connection }, lent)
    expect(asked).toEqual([
      {
        environment: 'dev',
        sql: query,
        parameters: { ids: '[1,2]', name: "o'clock" },
        timeMsMax: 5_000,
        rowsMax: 10_000,
      },
    ])
    expect(output).toEqual({
      columns: [
        { name: 'n', type: 'UInt64' },
        { name: 'n_2', type: 'String' },
      ],
      rows: [{ n: 1, n_2: 'a' }],
      rowCount: 1,
    })
  },
)

test('the platform takes no parameters by position', async () => {
  const asking = plugin.call({ query: 'SELECT 1', parameters: [1] }, context(undefined))
  await expect(asking).rejects.toMatchObject({ code: 'plugin.input_invalid' })
})

test('its row limit is said in the words of the plugin, its other errors in its own', async () => {
  const failing = (code: string) =>
    plugin.call(
      { query: 'SELECT 1', rowsMax: 7 },
      context(async () => {
        throw new PluginError(code, 'invalid', 'said by the platform')
      }),
    )
  await expect(failing('olap.rows_limit')).rejects.toMatchObject({ code: 'plugin.sql_rows', details: { rowsMax: 7 } })
  await expect(failing('olap.query_failed')).rejects.toMatchObject({ code: 'olap.query_failed' })
})

test('a result over the output limit is refused before it is whole', async () => {
  const rows = Array.from({ length: 100 }, () => ['x'.repeat(100)])
  const asking = plugin.call(
    { query: 'SELECT 1' },
    context(async () => ({ columns: [{ name: 'x', type: 'String' }], rows })),
  )
  await expect(asking).rejects.toMatchObject({
    code: 'plugin.output_too_large',
    message: expect.stringContaining('after 9 rows'),
  })
})

test('a cancelled step does not wait for the platform', async () => {
  const controller = new AbortController()
  const asking = plugin.call(
    { query: 'SELECT 1' },
    context(() => {
      queueMicrotask(() => controller.abort(new Error('the step was cancelled')))
      return new Promise(() => undefined)
    }, controller.signal),
  )
  await expect(asking).rejects.toThrow('the step was cancelled')
})

test.each(['postgres', 'mysql', 'clickhouse+http'])('%s: nobody listening can be tried again', async (scheme) => {
  const asking = plugin.call(
    { connection: `${scheme}://ann:hunter2@127.0.0.1:1/db`, query: 'SELECT 1' },
    context(undefined),
  )
  await expect(asking).rejects.toMatchObject({
    code: 'plugin.sql_unreachable',
    retryable: true,
    message: `${scheme}://127.0.0.1:1/db: nothing listens there (connection refused). Check host and port.`,
  })
})

test.each(['postgres', 'mysql', 'clickhouse+http'])(
  '%s: a server that hangs is left when the step is cancelled',
  async (scheme) => {
    const controller = new AbortController()
    const port = await listen((socket) => void socket.once('data', () => controller.abort(new Error('cancelled'))))
    if (scheme === 'mysql') queueMicrotask(() => controller.abort(new Error('cancelled'))) // MySQL's server speaks first
    const asking = plugin.call(
      { connection: `${scheme}://127.0.0.1:${port}/db`, query: 'SELECT 1' },
      context(undefined, controller.signal),
    )
    await expect(asking).rejects.toThrow('cancelled')
  },
)

test.each(['postgres', 'mysql', 'clickhouse+http'])('%s: a server that hangs up can be tried again', async (scheme) => {
  const port = await listen((socket) => void socket.destroy())
  const asking = plugin.call({ connection: `${scheme}://127.0.0.1:${port}/db`, query: 'SELECT 1' }, context(undefined))
  await expect(asking).rejects.toMatchObject({ code: 'plugin.sql_unreachable', retryable: true })
})

async function listen(met: (socket: import('node:net').Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    met(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return (server.address() as AddressInfo).port
}
