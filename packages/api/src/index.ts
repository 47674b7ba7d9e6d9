/** HTTP: what machines and screens may ask, and who may. */
export type { Api, ApiOptions, DatasetReceipt, DatasetSummary, Datasets, Memory, Platform, Rooms } from './contract.ts'
export { createApi } from './create-api.ts'
export { apiErrors } from './errors.ts'
export { schema } from './graphql/schema.ts'
