export { checkSchema, compileSchema } from './compile-schema.ts'
export type {
  EvaluateOptions,
  ExpressionUses,
  Mention,
  Place,
  SchemaCheck,
  SchemaComplaint,
  Source,
  Template,
} from './contract.ts'
export { langErrors } from './errors.ts'
export { type FunctionNote, functionReference } from './function-reference.ts'
export { pointerJoin, pointerMatches, pointerParse } from './pointer.ts'
export { type ReadYamlOptions, readYaml } from './read-yaml.ts'
export { shown } from './schema-complaint.ts'
export { type CompiledTemplate, compileTemplate, type TemplateComplaint, type TemplateOptions } from './template.ts'
