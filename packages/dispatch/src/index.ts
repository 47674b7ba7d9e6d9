export type * from './contract.ts'
export { dispatchErrors } from './errors.ts'
