// `memory` of steps that run code: the same words, the same bounds, in every plugin that has it.

import { bytesFormat, bytesParse, bytesPattern } from './bytes.ts'
import type { JsonSchema, StepLimits } from './contract.ts'
import { pluginErrors } from './errors.ts'

/** An interpreter alone takes some 20 MB; with less than this nothing can run. */
export const memoryBytesMin = 32 * 1024 ** 2

/** The property `memory` of a plugin's `input`. */
export const memorySchema: JsonSchema = {
  type: 'string',
  pattern: bytesPattern,
  description:
    'Memory that all processes of the step may use together, such as `512MB` or `2GB`; beyond it the step is stopped. 1GB unless said; at least 32MB, at most what the worker allows (4GB unless configured).',
  examples: ['512MB', '2GB'],
}

/** Bytes for `ProcessRequest.memoryBytes` or `CodeRequest.memoryBytes`. Throws `plugin.input_invalid` when out of bounds. */
export function memoryRequest(
  memory: string | undefined,
  limits: Pick<StepLimits, 'memoryBytesMax'>,
): { readonly memoryBytes?: number } {
  if (memory === undefined) return {}
  const memoryBytes = bytesParse(memory)
  if (memoryBytes === undefined || memoryBytes < memoryBytesMin || memoryBytes > limits.memoryBytesMax) {
    throw pluginErrors.input_invalid(
      `\`memory\` is \`${memory}\`; expected a size such as \`512MB\`, at least ${bytesFormat(memoryBytesMin)} and at most ${bytesFormat(limits.memoryBytesMax)}.`,
    )
  }
  return { memoryBytes }
}
