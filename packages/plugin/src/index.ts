export type { Json, JsonObject } from '@millrace/stdx'
export { bytesFormat, bytesParse, bytesPattern } from './bytes.ts'
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
export { memoryBytesMin, memoryRequest, memorySchema } from './memory.ts'
export type { CallAddress, Carried, StepCancel, StepError, StepReport, StepRun } from './message.ts'
export {
  callId,
  decodeCancel,
  decodeReport,
  decodeRun,
  encodeCancel,
  encodeReport,
  encodeRun,
  subjects,
} from './message.ts'
export { type MessageSchema, messageSchemas } from './message-schema.ts'
export { streams } from './streams.ts'
