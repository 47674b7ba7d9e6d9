// Callers who leave before their answer, and a server that leaves before its callers: both end what was done for them.

import type { FastifyReply } from 'fastify'
import { apiErrors } from '../errors.ts'

export interface Departures {
  /** Aborts when this caller has gone, or when the server stops. Asked for only by what can take long. */
  signal(reply: FastifyReply): AbortSignal
  /** Aborts everything that still goes on. */
  leave(): void
}

export function departures(): Departures {
  // A set of its own, not AbortSignal.any over one long-lived signal: that one would remember every request.
  const staying = new Set<AbortController>()
  const known = new WeakMap<FastifyReply, AbortController>()
  let left = false
  return {
    signal(reply) {
      let controller = known.get(reply)
      if (controller === undefined) {
        const made = new AbortController()
        controller = made
        known.set(reply, made)
        staying.add(made)
        reply.raw.once('close', () => {
          staying.delete(made)
          made.abort()
        })
        if (left) made.abort(apiErrors.closing())
      }
      return controller.signal
    },
    leave() {
      left = true
      for (const controller of staying) controller.abort(apiErrors.closing())
      staying.clear()
    },
  }
}
