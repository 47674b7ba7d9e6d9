export type { Column, Olap, QueryLimits, QueryOptions, QueryResult } from './contract.ts'
export { deduplicationWindow } from './contract.ts'
export { olapErrors } from './errors.ts'
