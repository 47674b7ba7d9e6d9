/** HTTP: what machines and screens may ask, and who may. */
export type { Api, ApiOptions, Memory, Platform, Rooms } from './contract.ts'
export { createApi } from './create-api.ts'
export { apiErrors, finerStatuses } from './errors.ts'
export { schema } from './graphql/schema.ts'
