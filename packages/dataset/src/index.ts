/** What a dataset is: its name, its schema, its columns, and what becomes of an event. */
export { columnsOf, type DatasetColumn, ownColumns } from './column.ts'
export { datasetErrors } from './errors.ts'
export { type Evolution, evolution } from './evolve.ts'
export { infer } from './infer.ts'
export { checkDatasetName, tableOf } from './name.ts'
export { type Reject, type RowOrReject, type RowRules, rejectText, rowOf } from './row.ts'
