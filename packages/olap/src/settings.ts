// The settings that go with every question and insert, in one place.

import type { QueryLimits } from './contract.ts'
import type { Setting, Wire } from './wire.ts'

export const utcSettings = { session_timezone: 'UTC' } as const

const shapeSettings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 0,
  output_format_json_escape_forward_slashes: 0,
  output_format_write_statistics: 1,
} as const

export const insertSettings = {
  ...utcSettings,
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  date_time_input_format: 'best_effort',
  input_format_null_as_default: 1,
  // A field without a column is a mistake of ours; by default it would vanish.
  input_format_skip_unknown_fields: 0,
  // A part is one block: with a token per block, a replay that is cut elsewhere would not be recognised.
  max_insert_block_size: 1_000_000,
  min_insert_block_size_rows: 1_000_000,
  min_insert_block_size_bytes: 512 * 1024 * 1024,
  max_insert_threads: 1,
} as const

export function querySettings(wire: Wire, limits: QueryLimits, readOnly: boolean): Readonly<Record<string, Setting>> {
  return {
    ...utcSettings,
    ...shapeSettings,
    ...wire.settings,
    max_execution_time: limits.timeMsMax / 1000,
    timeout_overflow_mode: 'throw',
    max_memory_usage: limits.memoryBytesMax,
    max_result_bytes: limits.resultBytesMax,
    result_overflow_mode: 'throw',
    // A person's query is read through another one, which must not take its order for superfluous.
    query_plan_remove_redundant_sorting: 0,
    // One row more than asked for tells a cut result from a whole one.
    ...(limits.truncate === true ? { limit: limits.rowsMax + 1 } : { max_result_rows: limits.rowsMax }),
    ...(readOnly ? { readonly: 2, allow_introspection_functions: 0 } : {}),
  }
}
