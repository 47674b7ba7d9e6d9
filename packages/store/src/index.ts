export type { Migration, Sql, SqlValue, Store, Transaction } from './contract.ts'
export { storeErrors } from './errors.ts'
export { migrate } from './migration.ts'
