export type { EvaluateOptions, ExpressionUses, Place, SchemaCheck, Source, Template } from './contract.ts'
export { langErrors } from './errors.ts'
