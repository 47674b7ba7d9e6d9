// Servers that hang, lie, break off or send without end.

import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { brotliCompressSync, createGzip, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpPlugin } from './index.ts'
import type { HttpInput } from './input.ts'
import { type LocalServer, listen, serve, testContext } from './testdata/server.ts'

const http = httpPlugin()
const open: LocalServer[] = []
let server: LocalServer
const arrived: (() => void)[] = []

beforeAll(async () => {
  const megabyte = Buffer.alloc(1 << 20, 'x')
  server = await serve({
    '/gzip': (_, response) =>
      response
        .writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
        .end(gzipSync('{"a":1}')),
    '/brotli-gzip': (_, response) =>
      response.writeHead(200, { 'content-encoding': 'br, gzip' }).end(gzipSync(brotliCompressSync('twice'))),
    '/not-gzip': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
    '/short-gzip': (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(9_999)).subarray(0, 20)),
    '/unknown': (_, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('?'),
    '/onion': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip, gzip, gzip' }).end('?'),
    '/endless': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      const more = () => {
        while (!response.destroyed && response.write(megabyte));
      }
      response.on('drain', more)
      more()
    },
    '/bomb': (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      const gzip = createGzip()
      gzip.pipe(response)
      let left = 1024
      const more = () => {
        while (left > 0 && gzip.write(megabyte)) left--
        if (left === 0) gzip.end()
      }
      gzip.on('drain', more)
      response.on('close', () => gzip.destroy())
      more()
    },
    '/hang': () => {
      for (const told of arrived.splice(0)) told()
    },
    '/half': (_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('half')
      setImmediate(() => response.destroy())
    },
    '/hang-half': (_, response) => {
      response.writeHead(200).write('half')
      for (const told of arrived.splice(0)) told()
    },
  })
  open.push(server)
})

afterAll(async () => {
  await http.close?.()
  for (const each of open) await each.close()
})

function call(url: string, input: Omit<HttpInput, 'url'> = {}, signal?: AbortSignal) {
  return http.call({ ...input, url: url.startsWith('/') ? server.url + url : url }, testContext(signal))
}

test('compressed answers are unpacked, also twice', async () => {
  await expect(call('/gzip')).resolves.toMatchObject({ body: { a: 1 } })
  await expect(call('/brotli-gzip')).resolves.toMatchObject({ body: 'twice' })
})

test.each(['/not-gzip', '/short-gzip', '/unknown', '/onion'])('%s is refused as wrongly encoded', async (path) => {
  await expect(call(path)).rejects.toMatchObject({ code: 'plugin.http_encoding', retryable: false })
})

test('an endless body is cut at the limit', async () => {
  await expect(call('/endless', { bytesMax: 3_000_000 })).rejects.toMatchObject({
    code: 'plugin.http_too_large',
    retryable: false,
    message: expect.stringContaining('more than 3000000 bytes'),
  })
})

test('a gigabyte packed into a megabyte is cut after its first ten', async () => {
  const before = process.memoryUsage().rss
  await expect(call('/bomb')).rejects.toMatchObject({
    code: 'plugin.http_too_large',
    message: expect.stringContaining('(unpacked)'),
  })
  expect(process.memoryUsage().rss - before).toBeLessThan(300 << 20)
})

test('a server that hangs is left when the step is cancelled, with the reason given', async () => {
  for (const path of ['/hang', '/hang-half']) {
    const controller = new AbortController()
    const reached = new Promise<void>((resolve) => void arrived.push(resolve))
    const failure = call(path, {}, controller.signal)
    await reached
    controller.abort(new Error('the step was cancelled'))
    await expect(failure).rejects.toThrow('the step was cancelled')
  }
})

test('a body that breaks off can be tried again', async () => {
  await expect(call('/half')).rejects.toMatchObject({
    code: 'plugin.http_unreachable',
    retryable: true,
    message: expect.stringContaining('the connection broke before the answer was whole'),
  })
})

test('nobody listening, and a connection reset, can be tried again', async () => {
  const gone = await serve({})
  await gone.close()
  await expect(call(`${gone.url}/?token=abc`)).rejects.toMatchObject({
    code: 'plugin.http_unreachable',
    retryable: true,
    message: `GET ${gone.url}/?…: nothing listens there (connection refused). Check host and port.`,
    details: { code: 'ECONNREFUSED' },
  })
  const rude = await listen(
    createTcpServer((socket) => void socket.on('data', () => socket.resetAndDestroy())),
    'http',
  )
  open.push(rude)
  await expect(call(rude.url)).rejects.toMatchObject({ code: 'plugin.http_unreachable', retryable: true })
})

test('what does not speak HTTP, or not TLS, is not tried again', async () => {
  const ssh = await listen(
    createTcpServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
    'http',
  )
  open.push(ssh)
  await expect(call(ssh.url)).rejects.toMatchObject({
    code: 'plugin.http_unreachable',
    retryable: false,
    message: expect.stringContaining('does not speak HTTP'),
  })
  await expect(call(server.url.replace('http:', 'https:'))).rejects.toMatchObject({
    code: 'plugin.http_unreachable',
    retryable: false,
    message: expect.stringContaining('does not speak TLS'),
  })
})

test('a self-signed certificate is refused, also when the environment says not to look', async () => {
  const read = (name: string) => readFileSync(new URL(`./testdata/${name}`, import.meta.url))
  const tls = createTlsServer({ key: read('self-signed.key'), cert: read('self-signed.crt') }, (_, response) =>
    response.end('hi'),
  )
  const secure = await listen(tls, 'https')
  open.push(secure)
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  try {
    await expect(call(secure.url)).rejects.toMatchObject({
      code: 'plugin.http_certificate',
      retryable: false,
      message: expect.stringContaining('certificate is not valid (self-signed certificate'),
    })
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  }
})

test('names are looked up through the door that a guard can close', async () => {
  const asked: string[] = []
  const guarded = httpPlugin({
    lookup: (name, options, callback) => {
      asked.push(name)
      if (name === 'forbidden.test') callback(Object.assign(new Error('not allowed'), { code: 'EAI_AGAIN' }), '', 4)
      else if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
      else callback(null, '127.0.0.1', 4)
    },
  })
  const url = `http://allowed.test:${server.port}/gzip`
  await expect(guarded.call({ url }, testContext())).resolves.toMatchObject({ url, body: { a: 1 } })
  await expect(guarded.call({ url: 'http://forbidden.test/' }, testContext())).rejects.toMatchObject({
    code: 'plugin.http_unreachable',
    retryable: true,
  })
  expect(asked).toEqual(['allowed.test', 'forbidden.test'])
  await guarded.close?.()
})

test('calls reuse connections', async () => {
  const ports = new Set<number | undefined>()
  const counting = await serve({
    '/': (request, response) => {
      ports.add(request.socket.remotePort)
      response.end('ok')
    },
  })
  open.push(counting)
  for (let i = 0; i < 20; i++) await call(`${counting.url}/`)
  // The second call may find the first connection a moment before it is free again.
  expect(ports.size).toBeLessThanOrEqual(2)
})
