// The room of telemetry: signals come in through the journal and are stored; screens ask for them.

import type { Service } from '@millrace/stdx'
import { createLoader, type LoaderOptions } from './loader.ts'
import { type LogPage, type LogQuery, readLogs } from './logs.ts'
import { createSignalTables } from './signal-tables.ts'
import { readSpans, type SpanPage, type SpanQuery } from './spans.ts'

export interface WatchOptions extends LoaderOptions {
  /** Their tables are there from the start; those of others come with their first signal. */
  readonly environments: readonly string[]
}

export interface Watch extends Service {
  /** Lines oldest first; an environment or run that is not known has none. */
  logs(query: LogQuery): Promise<LogPage>
  /** The spans of a trace in order of time, each once. */
  spans(query: SpanQuery): Promise<SpanPage>
}

export function createWatch(options: WatchOptions): Watch {
  const tables = createSignalTables(options.olap)
  const loader = createLoader(options, tables)
  return {
    name: 'watch',
    async start() {
      for (const environment of options.environments) await tables.ensure(environment)
      await loader.start()
    },
    stop: () => loader.stop(),
    logs: (query) => readLogs(options.olap, query),
    spans: (query) => readSpans(options.olap, query),
  }
}
