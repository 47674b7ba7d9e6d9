// A real server on a free port, and the context a worker would lend.

import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { CallContext } from '@millrace/plugin'

export interface LocalServer {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** Routes by path. Every request's body is read before its route answers. */
export function serve(routes: Readonly<Record<string, Answer>>): Promise<LocalServer> {
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const route = routes[new URL(request.url ?? '/', 'http://localhost').pathname]
      if (route === undefined) response.writeHead(404).end('no such route')
      else route(request, response, Buffer.concat(chunks).toString())
    })
  }
  return listen(createServer(listener), 'http')
}

export async function listen(server: Server, scheme: string): Promise<LocalServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket.on('close', () => sockets.delete(socket))))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

export interface TestContext extends CallContext {
  readonly lines: string[]
}

/** Only what `http` uses; anything else is a fault of the test. */
export function testContext(signal: AbortSignal = new AbortController().signal): TestContext {
  const lines: string[] = []
  const part: Partial<CallContext> = {
    idempotencyKey: 'run_1/fetch/-1/get/0',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    signal,
    limits: { timeMsMax: 30_000, memoryBytesMax: 1e9, outputBytesMax: 1e9, logLinesMax: 100 },
    log: (_severity, text) => void lines.push(text),
  }
  return { ...(part as CallContext), lines }
}
