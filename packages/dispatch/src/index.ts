export type * from './contract.ts'
export { createDispatch, type DispatchOptions } from './dispatch.ts'
export { dispatchErrors } from './errors.ts'
export { dispatchMigrations } from './migrations.ts'
