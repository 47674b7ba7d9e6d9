/** Turns events into rows, each once. */
export { refineErrors } from './errors.ts'
export { refineMigrations } from './migrations.ts'
export type { RefineOptions } from './prepare.ts'
export { createRefine, type DatasetSummary, type Refine } from './refine.ts'
export type { WriteReceipt, WriteRequest } from './write.ts'
