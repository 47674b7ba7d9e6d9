// One pool of connections for all calls of a worker: a step of a run costs no handshake that the step before has paid.

import type { LookupFunction } from 'node:net'
import { Agent } from 'undici'
import { limits } from './limits.ts'

export interface AgentOptions {
  /**
   * Name → addresses, asked for every new connection by name. Whoever must keep steps from addresses of the inside checks
   * here, after the name server has spoken, so that a name cannot point elsewhere a second later. An address written
   * in the URL itself never comes by; `parseUrl` sees that one.
   */
  readonly lookup?: LookupFunction
}

export function httpAgent(options: AgentOptions): Agent {
  return new Agent({
    connections: limits.connectionsPerOriginMax,
    keepAliveTimeout: limits.keepAliveMsMax,
    keepAliveMaxTimeout: limits.keepAliveMsMax,
    // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment must not switch it off.
    connect: {
      timeout: limits.connectMsMax,
      rejectUnauthorized: true,
      ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
    },
  })
}
