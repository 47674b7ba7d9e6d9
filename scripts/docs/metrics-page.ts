// What `/metrics` tells, from what a server that has just started answers there.

import { blocks, code, table } from './markdown.ts'
import { type Page, referencePage } from './page.ts'

interface Metric {
  readonly name: string
  readonly help: string
  type: string
  readonly labels: Set<string>
}

/** What prom-client says of any Node process: which of them there are depends on the operating system. */
const ofTheProcess = /^millrace_(process|nodejs)_/

export function metricsPage(exposition: string): Page {
  const metrics = metricsIn(exposition)
  const own = metrics.filter(({ name }) => !ofTheProcess.test(name))
  const text = blocks(
    '# Metrics',
    `\`GET /metrics\` answers the Prometheus text format. Names are \`millrace_<room>_<noun>_<unit>\`, with \`_total\` for counters; labels
have closed sets of values, so that nothing a person sends makes a new series.`,
    table(
      ['metric', 'type', 'labels', 'meaning'],
      own.map(({ name, type, labels, help }) => [code(name), type, [...labels].map(code).join(', '), help]),
    ),
    `Besides, there is what Node says of any process, as far as the operating system tells: \`millrace_process_…\` (processor time,
memory, open files) and \`millrace_nodejs_…\` (event loop lag, heap, garbage collection).`,
    'What the platform has done in runs is not a metric but data: see `otel_traces` and `otel_logs`, in SQL.',
  )
  return referencePage('metrics', 'what the server answers at `/metrics`', text)
}

function metricsIn(exposition: string): readonly Metric[] {
  const metrics = new Map<string, Metric>()
  let current: Metric | undefined
  for (const line of exposition.split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (kind === 'HELP') {
      current = { name, help: rest, type: '', labels: new Set() }
      metrics.set(name, current)
    } else if (kind === 'TYPE' && current !== undefined) {
      current.type = rest
    } else if (current !== undefined) {
      const [, labels = ''] = /\{(.*)\}/.exec(line) ?? []
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) if (label !== 'le') current.labels.add(label)
    }
  }
  return [...metrics.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
}
