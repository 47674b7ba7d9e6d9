// The fake server's answers, field by field as the schema asks.

import type { FakePlatform } from './fake-platform.ts'
import { readPlaybook } from './fake-platform.ts'
import { plugins, tables } from './fake-playbooks.ts'
import { type FakeRun, logsBetween, planOf, runTime, stepView, summary, taskViews } from './fake-runs.ts'

interface Page {
  readonly first: number
  readonly after?: string | null
}

function paged<T>(items: readonly T[], { first, after }: Page) {
  const from = Number(after ?? 0)
  return { items: items.slice(from, from + first), next: from + first < items.length ? String(from + first) : null }
}

const severities = ['debug', 'info', 'warn', 'error']

interface LogFilter {
  readonly search?: string
  readonly task?: string
  readonly step?: string
  readonly item?: number
  readonly severityMin?: string
}

function runView(platform: FakePlatform, run: FakeRun) {
  const now = Date.now()
  return {
    ...summary(run, now),
    inputs: run.inputs,
    outputs: () =>
      summary(run, now).state === 'completed' ? { rows: 1_124, places: ['Alaska', 'Chile', 'Japan'] } : null,
    tasks: () => taskViews(run, now),
    text: () => platform.playbooks.get(run.playbook)?.[run.version - 1]?.text ?? '',
    stepList: ({ task, ...page }: Page & { task?: string }) => {
      const planned = planOf(run).filter((step) => task === undefined || task === null || step.task === task)
      const views = planned.map((step) => stepView(run, step, now)).filter((step) => step.state !== 'scheduled')
      return paged(views, page)
    },
    step: (at: { task: string; item: number; step: string }) => {
      const found = planOf(run).find((step) => step.task === at.task && step.item === at.item && step.step === at.step)
      if (found === undefined) return null
      const view = stepView(run, found, now)
      const attempts = Array.from({ length: found.attempts }, (_, index) => ({
        ...view,
        attempt: index + 1,
        fence: 1,
        error:
          index + 1 < found.attempts
            ? { code: 'http.status', message: '503 Service Unavailable', retryable: true }
            : view.error,
      }))
      const rows = Array.from({ length: 60 }, (_, index) => ({
        place: `${index} km off the coast`,
        mag: 2.5 + index / 10,
        tsunami: index % 9 === 0,
        time: 1_741_900_000_000 + index * 60_000,
      }))
      return {
        ...view,
        input: { url: 'https://earthquake.example/week.json', expect: 'json', headers: { accept: 'application/json' } },
        output: view.state === 'completed' ? rows : null,
        truncated: false,
        attempts,
      }
    },
    logs: ({ filter, ...page }: Page & { filter?: LogFilter }) => {
      const { search, task, step, item, severityMin = 'debug' } = filter ?? {}
      const lines = logsBetween(run, -1, runTime(run, now)).filter(
        (line) =>
          severities.indexOf(line.severity) >= severities.indexOf(severityMin) &&
          (search === undefined || line.text.toLowerCase().includes(search.toLowerCase())) &&
          (task === undefined || line.task === task) &&
          (step === undefined || line.step === step) &&
          (item === undefined || line.item === item),
      )
      return paged(lines, page)
    },
  }
}

class Refusal extends Error {
  readonly extensions: object
  constructor(code: string, message: string, more: object = {}) {
    super(message)
    this.extensions = { code, ...more }
  }
}

function queryRows(sql: string) {
  if (/selec\b|form\b/i.test(sql))
    throw new Refusal('olap.query_invalid', "Syntax error at 'selec' (line 1, col 1): expected SELECT.")
  const count = Number(/limit\s+(\d+)/i.exec(sql)?.[1] ?? 100_000)
  const columns = [
    ['time', 'DateTime64(3)'],
    ['place', 'String'],
    ['mag', 'Float64'],
    ['depth', 'Float64'],
    ['joules', 'Float64'],
    ['tsunami', 'Bool'],
    ['reviewed', 'Nullable(String)'],
    ['stations', 'UInt32'],
  ]
  const rows = Array.from({ length: Math.min(count, 100_000) }, (_, index) => [
    new Date(1_741_900_000_000 + index * 61_000).toISOString().replace('T', ' ').slice(0, 23),
    `${(index * 37) % 200} km ${['N', 'SE', 'W'][index % 3]} of ${['Hilo', 'Anchorage', 'Valdivia', 'Sendai'][index % 4]}`,
    Math.round((2.5 + ((index * 31) % 47) / 10) * 10) / 10,
    ((index * 17) % 700) / 10,
    10 ** (4.8 + 1.5 * (2.5 + ((index * 31) % 47) / 10)),
    index % 97 === 0,
    index % 5 === 0 ? null : 'reviewed',
    (index * 13) % 400,
  ])
  return {
    columns: columns.map(([name, type]) => ({ name, type })),
    rows,
    truncated: count > 100_000,
    elapsedMs: 12.4,
    rowsRead: rows.length,
    bytesRead: rows.length * 64,
  }
}

const findRun = (platform: FakePlatform, id: string): FakeRun => {
  const run = platform.runs.find((candidate) => candidate.id === id)
  if (run === undefined) throw new Refusal('dispatch.run_absent', `There is no run \`${id}\`.`)
  return run
}

const latestOf = (platform: FakePlatform, name: string, version?: number | null) => {
  const versions = platform.playbooks.get(name) ?? []
  const found = version === undefined || version === null ? versions.at(-1) : versions[version - 1]
  return found === undefined
    ? null
    : {
        ...found,
        versions: (page: Page) => paged(versions.toReversed(), page),
        runs: ({ first }: { first: number }) =>
          platform.runs
            .filter((run) => run.playbook === name)
            .slice(0, first)
            .map((run) => runView(platform, run)),
      }
}

function reads(platform: FakePlatform) {
  return {
    me: { name: 'administrator', open: true, actions: ['run.start'], environments: ['dev', 'staging'] },
    platform: {
      version: '0.1.0',
      startedAt: Date.now() - 900_000,
      roles: ['api', 'dispatch', 'worker', 'refine'],
      warnings: [],
      stores: ['store pglite', 'journal file', 'olap chdb', 'blob file'].map((pair) => ({
        kind: pair.split(' ')[0],
        adapter: pair.split(' ')[1],
        address: `${pair.split(' ')[1]}:./data`,
        healthy: true,
      })),
    },
    plugins: () => plugins,
    plugin: ({ name }: { name: string }) => plugins.find((plugin) => plugin.name === name) ?? null,
    playbooks: (page: Page) =>
      paged(
        [...platform.playbooks.keys()].sort().map((name) => latestOf(platform, name)),
        page,
      ),
    playbook: ({ name, version }: { name: string; version?: number }) => latestOf(platform, name, version),
    validate: ({ text }: { text: string }) => {
      const { complaints, name, tasks, inputs } = readPlaybook(text)
      return { complaints, outline: { name, tasks }, inputs }
    },
    datasets: tables
      .slice(0, 3)
      .map((table) => ({ ...table, table: `${table.database}.${table.name}`, updatedAt: Date.now() - 120_000 })),
    tables,
    query: ({ sql }: { sql: string }) => queryRows(sql),
  }
}

function runReads(platform: FakePlatform) {
  return {
    runs: ({
      filter,
      ...page
    }: Page & { filter?: { playbook?: string; states?: string[]; search?: string; createdAfter?: number } }) => {
      const now = Date.now()
      const { playbook, states, search, createdAfter = 0 } = filter ?? {}
      const fits = platform.runs.filter(
        (run) =>
          run.createdAt >= createdAfter &&
          (playbook === undefined || run.playbook === playbook) &&
          (search === undefined ||
            run.id.toLowerCase().includes(search.toLowerCase()) ||
            run.playbook.includes(search)) &&
          (states === undefined || states.includes(summary(run, now).state)),
      )
      const { items, next } = paged(fits, page)
      return { items: items.map((run) => runView(platform, run)), next }
    },
    run: ({ id }: { id: string }) => {
      const run = platform.runs.find((candidate) => candidate.id === id)
      return run === undefined ? null : runView(platform, run)
    },
    runCounts: ({ playbook }: { playbook?: string | null }) => {
      const counts = new Map<string, number>()
      for (const run of platform.runs) {
        if (typeof playbook === 'string' && run.playbook !== playbook) continue
        const { state } = summary(run, Date.now())
        counts.set(state, (counts.get(state) ?? 0) + 1)
      }
      return [...counts].map(([state, count]) => ({ state, count }))
    },
  }
}

function acts(platform: FakePlatform) {
  const act =
    (change: (run: FakeRun) => void) =>
    ({ id }: { id: string }) => {
      const run = findRun(platform, id)
      change(run)
      return runView(platform, run)
    }
  return {
    publish: ({ text }: { text: string }) => {
      const { complaints } = readPlaybook(text)
      if (complaints.length > 0) throw new Refusal('playbook.invalid', 'The playbook has faults.', { complaints })
      return latestOf(platform, platform.publish(text, Date.now()).name)
    },
    startRun: ({ playbook, inputs }: { playbook: string; inputs?: unknown }) => {
      const version = platform.playbooks.get(playbook)?.at(-1)
      if (version === undefined) throw new Refusal('dispatch.playbook_absent', `There is no playbook \`${playbook}\`.`)
      return runView(
        platform,
        platform.start(version, Date.now(), { inputs: inputs ?? {}, slow: 3, trigger: 'manual', failsIn: undefined }),
      )
    },
    cancelRun: act((run) => {
      run.cancelledAt = Date.now()
    }),
    pauseRun: act((run) => {
      run.pausedAt = Date.now()
    }),
    resumeRun: act((run) => {
      run.pausedMs += Date.now() - (run.pausedAt ?? Date.now())
      delete run.pausedAt
    }),
    rerun: ({ id, inputs }: { id: string; inputs?: unknown }) => {
      const run = findRun(platform, id)
      const version = platform.playbooks.get(run.playbook)?.[run.version - 1]
      if (version === undefined) throw new Refusal('dispatch.playbook_absent', 'Its playbook is gone.')
      return runView(
        platform,
        platform.start(version, Date.now(), { inputs: inputs ?? run.inputs, slow: 3, failsIn: undefined }),
      )
    },
  }
}

export function resolvers(
  platform: FakePlatform,
  bus: { changes(id?: string): AsyncGenerator; logs(id: string): AsyncGenerator },
) {
  return {
    ...reads(platform),
    ...runReads(platform),
    ...acts(platform),
    runsChanged: () => bus.changes(),
    runChanged: ({ id }: { id: string }) => bus.changes(id),
    runLogs: ({ id }: { id: string }) => bus.logs(id),
    view: (run: FakeRun) => runView(platform, run),
  }
}
