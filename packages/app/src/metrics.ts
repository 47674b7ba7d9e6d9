// What `/metrics` tells of the process itself; rooms add their own to the same registry.

import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { version } from './version.ts'

export function createRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'millrace_' })
  const build = new Gauge({
    name: 'millrace_build_info',
    help: 'Always 1; the labels say which build runs.',
    labelNames: ['version', 'node'],
    registers: [registry],
  })
  build.set({ version, node: process.versions.node }, 1)
  return registry
}
