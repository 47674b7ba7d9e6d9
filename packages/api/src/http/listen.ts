// Taking the port, and saying plainly why when it cannot be taken.

import { isIP } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { apiErrors } from '../errors.ts'

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** What `Host` may say while this machine is open to whoever sits at it. */
export function loopbackNames(host: string): ReadonlySet<string> {
  return new Set(['localhost', '127.0.0.1', '[::1]', host.toLowerCase()])
}

/** Refuses with `api.token_required` what would let strangers in. */
export function refuseOpenElsewhere(host: string, open: boolean): void {
  if (!open || isLoopback(host)) return
  throw apiErrors.token_required(
    `Millrace refuses to listen on ${host} without asking for a token: whoever reaches it could run code on this machine. Leave out \`--open\`, or listen on 127.0.0.1.`,
  )
}

/** The address in a browser's spelling, once the port is ours. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  const name = host.replace(/^\[(.*)\]$/, '$1')
  try {
    await app.listen({ host: name, port })
  } catch (cause) {
    throw listenRefusal(cause, host, port)
  }
  const taken = app.server.address()
  const portTaken = typeof taken === 'object' && taken !== null ? taken.port : port
  return `http://${isIP(name) === 6 ? `[${name}]` : name}:${portTaken}`
}

function listenRefusal(cause: unknown, host: string, port: number): unknown {
  switch ((cause as { code?: unknown } | undefined)?.code) {
    case 'EADDRINUSE':
      return apiErrors.port_taken(
        `Port ${port} on ${host} is taken by another program, perhaps another Millrace. Stop it, or take another port: \`--port ${port < 65_535 ? port + 1 : port - 1}\`.`,
        { cause },
      )
    case 'EACCES':
      return apiErrors.port_denied(
        `This user may not listen on port ${port}. Take one of 1024 or above, for example \`--port 4400\`.`,
        { cause },
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return apiErrors.host_unavailable(
        `"${host}" is not an address of this machine. Listen on 127.0.0.1 for this machine alone, or on 0.0.0.0 for all that reach it.`,
        { cause },
      )
    default:
      return cause
  }
}
