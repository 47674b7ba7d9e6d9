export type { Migration, Sql, SqlValue, Store } from './contract.ts'
export { storeErrors } from './errors.ts'
