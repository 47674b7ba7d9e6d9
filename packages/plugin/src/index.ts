export type { Json, JsonObject } from '@millrace/stdx'
export type {
  CallContext,
  CodeRequest,
  Effect,
  EnginePlugin,
  JsonSchema,
  LogLine,
  Platform,
  Plugin,
  PluginDescription,
  ProcessRequest,
  ProcessResult,
  StepLimits,
} from './contract.ts'
export { PluginError, pluginErrors } from './errors.ts'
