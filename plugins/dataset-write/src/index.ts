// Events into a dataset, in batches whose tokens stay the same however often the step is called.

import { type CallContext, type Json, type JsonSchema, type Plugin, pluginErrors } from '@millrace/plugin'
import { description } from './description.ts'
import { limits } from './limits.ts'

interface DatasetWriteInput {
  readonly dataset: string
  readonly events: readonly Json[] | Json
  readonly schema?: JsonSchema
  readonly onReject?: 'keep' | 'fail'
}

export const plugin: Plugin<DatasetWriteInput> = { description, call }

async function call(input: DatasetWriteInput, context: CallContext): Promise<Json> {
  const { dataset, schema } = input
  const events: readonly Json[] = Array.isArray(input.events) ? input.events : [input.events as Json]
  const total = { stored: 0, rejected: 0, duplicate: 0 }
  for (const [index, chunk] of chunksOf(events, schema !== undefined).entries()) {
    context.signal.throwIfAborted()
    const counts = await context.platform.datasetWrite({
      environment: context.environment,
      dataset,
      ...(schema === undefined ? {} : { schema }),
      events: chunk,
      token: `${context.idempotencyKey}/${index}`,
    })
    if (counts.stored + counts.rejected + counts.duplicate !== chunk.length)
      throw unaccounted(dataset, chunk.length, counts)
    total.stored += counts.stored
    total.rejected += counts.rejected
    total.duplicate += counts.duplicate
  }
  const { stored, rejected, duplicate } = total
  context.log(
    rejected > 0 ? 'warn' : 'info',
    `${dataset}: ${stored} stored, ${rejected} rejected, ${duplicate} duplicate`,
  )
  if (rejected > 0 && input.onReject === 'fail') {
    throw pluginErrors.dataset_rejected(
      `${dataset} rejected ${rejected} of ${events.length} events; the others are stored. See its rejects for the reasons.`,
      { details: total },
    )
  }
  return total
}

/** Without events there is nothing to hand over, except the wish that the dataset exist. */
function chunksOf(events: readonly Json[], evenEmpty: boolean): (readonly Json[])[] {
  const chunks: (readonly Json[])[] = evenEmpty && events.length === 0 ? [[]] : []
  for (let at = 0; at < events.length; at += limits.chunkEventsMax) {
    chunks.push(events.slice(at, at + limits.chunkEventsMax))
  }
  return chunks
}

function unaccounted(dataset: string, given: number, counts: object) {
  return pluginErrors.broken(
    `${dataset} was given ${given} events and accounts for others: ${JSON.stringify(counts)}. This is a fault of the platform.`,
  )
}
