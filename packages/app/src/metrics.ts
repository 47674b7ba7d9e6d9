// What `/metrics` tells of the process itself; rooms add their own to the same registry.

import type { Dispatch } from '@millrace/dispatch'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
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

/** What dispatch counts, read when somebody scrapes. */
export function registerDispatch(registry: Registry, dispatch: Pick<Dispatch, 'counts'>): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  const { counts } = dispatch
  gauge('millrace_dispatch_runs_active', 'Runs that have not ended.', () => counts().runsActive)
  gauge('millrace_dispatch_commits_waiting', 'Turns of runs that wait for their commit.', () => counts().commitsWaiting)
  counter('millrace_dispatch_runs_started_total', 'Runs started.', () => counts().runsStarted)
  counter('millrace_dispatch_facts_total', 'Facts committed.', () => counts().facts)
  counter('millrace_dispatch_commits_total', 'Commits of facts; each holds those of many runs.', () => counts().commits)
  registerEnded(registry, dispatch)
}

function registerEnded(registry: Registry, dispatch: Pick<Dispatch, 'counts'>): void {
  const ended = new Counter({
    name: 'millrace_dispatch_runs_ended_total',
    help: 'Runs ended, by how.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [state, count] of Object.entries(dispatch.counts().runsEnded)) this.inc({ state }, count)
    },
  })
  ended.inc({ state: 'completed' }, 0)
}
