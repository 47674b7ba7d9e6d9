/** Carries out commands with plugins, bounded and isolated, and reports facts. */
export type { Interpreters } from './code/runner.ts'
export { workerErrors } from './errors.ts'
export { type WorkerLimits, workerLimits } from './limits.ts'
export { type Mask, maskSecrets } from './secret-mask.ts'
export type { SecretSource } from './secret-reference.ts'
export { createWorker, type Worker, type WorkerOptions } from './worker.ts'
