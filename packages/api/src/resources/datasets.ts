// Datasets: what is there, and events in.

import { randomUUID } from 'node:crypto'
import type { Json } from '@millrace/stdx'
import { Type } from 'typebox'
import type { Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { isTextBody, parseLines } from '../http/body.ts'
import { type Route, route } from '../http/route.ts'
import { eventBodyBytesMax, eventsMax, pathPartLettersMax } from '../limits.ts'
import { keyOf } from './runs.ts'
import { AnyObject, DatasetShape, datasetJson } from './shapes.ts'

export const linesMediaTypes = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

const ReceiptShape = Type.Object(
  { stored: Type.Integer(), rejected: Type.Integer(), duplicate: Type.Integer() },
  { $id: 'DatasetReceipt', description: 'They add up to the events given.' },
)

function eventsOf(body: unknown): readonly Json[] {
  const events = isTextBody(body) ? parseLines(body.text) : Array.isArray(body) ? (body as Json[]) : [body as Json]
  if (events.length === 0)
    throw apiErrors.body_invalid('The body has no event. Send a JSON object, an array, or one object a line.')
  if (events.length > eventsMax) {
    throw apiErrors.too_large(`The body has ${events.length} events; at most ${eventsMax} are taken at once.`)
  }
  return events
}

export function datasetRoutes({ refine }: Rooms): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/datasets',
      action: 'dataset.read',
      inEnvironment: true,
      summary: 'Every dataset of the environment, with its table and columns.',
      answers: {
        200: {
          description: 'The datasets, by name.',
          schema: Type.Object({ items: Type.Array(DatasetShape) }, { $id: 'Datasets' }),
        },
      },
      handle: async ({ environment }) => ({ body: { items: (await refine.datasets(environment)).map(datasetJson) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/datasets/{name}/events',
      action: 'dataset.write',
      inEnvironment: true,
      summary: 'Write events to a dataset.',
      description:
        'One JSON object, an array of them, or NDJSON. Answers when they are stored. With `Idempotency-Key`, the same key again stores nothing more. A dataset that does not exist is made, its columns inferred from the events.',
      params: Type.Object({ name: Type.String({ minLength: 1, maxLength: pathPartLettersMax }) }),
      body: {
        json: Type.Union([AnyObject, Type.Array(AnyObject, { maxItems: eventsMax })]),
        text: linesMediaTypes,
        bytesMax: eventBodyBytesMax,
      },
      answers: { 200: { description: 'What became of the events.', schema: ReceiptShape } },
      async handle(call) {
        const token = keyOf(call.request.headers['idempotency-key'], undefined) ?? randomUUID()
        const receipt = await refine.datasetWrite({
          environment: call.environment,
          dataset: call.params.name,
          events: eventsOf(call.body),
          token,
        })
        return { body: receipt }
      },
    }),
  ]
}
