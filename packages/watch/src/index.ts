/** Receives telemetry, stores it, and answers screens that ask for lines and spans. */
export { watchErrors } from './errors.ts'
export type { LogLine, LogPage, LogQuery } from './logs.ts'
export { watchMigrations } from './migrations.ts'
export type { SpanPage, SpanQuery } from './spans.ts'
export { createWatch, type Watch, type WatchOptions } from './watch.ts'
