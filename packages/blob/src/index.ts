export type { Blob } from './contract.ts'
export { blobErrors } from './errors.ts'
