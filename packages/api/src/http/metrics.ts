// What the api counts of itself. Labels come from closed sets: the declared routes, the methods, the class of the status.

import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type Route, route } from './route.ts'

export interface ApiMetrics {
  readonly tokenFailed: () => void
  readonly subscribed: (by: 1 | -1) => void
}

export function addMetrics(app: FastifyInstance, registry: Registry): ApiMetrics {
  const durations = new Histogram({
    name: 'millrace_api_request_duration_seconds',
    help: 'How long requests took, from their last header to the last byte of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  })
  const failures = new Counter({
    name: 'millrace_api_token_failures_total',
    help: 'Requests that showed a wrong token.',
    registers: [registry],
  })
  const subscriptions = new Gauge({
    name: 'millrace_api_subscriptions',
    help: 'Subscriptions that screens have open.',
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const labels = {
      method: knownMethods.has(request.method) ? request.method : 'other',
      route: request.routeOptions.url ?? 'unmatched',
      status: `${Math.floor(reply.statusCode / 100)}xx`,
    }
    durations.observe(labels, reply.elapsedTime / 1000)
  })
  return { tokenFailed: () => failures.inc(), subscribed: (by) => subscriptions.inc(by) }
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export function metricsRoute(registry: Registry): Route {
  return route({
    method: 'GET',
    path: '/metrics',
    action: 'metrics.read',
    summary: 'The platform’s metrics, for Prometheus.',
    answers: { 200: { description: 'Metrics in the text format.', mediaTypes: ['text/plain'] } },
    handle: async () => ({ mediaType: registry.contentType, body: await registry.metrics() }),
  })
}
