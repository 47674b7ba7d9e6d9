// What the publish-time check, the manual and the builder's form know about `dataset.write`.

import type { PluginDescription } from '@millrace/plugin'

const count = (description: string) => ({ type: 'integer', minimum: 0, description })

export const description: PluginDescription = {
  name: 'dataset.write',
  version: '1.0.0',
  summary: 'Write events to a dataset, each exactly once.',
  about: `Hands \`events\` (a list, or one object) to a dataset and answers \`{ stored, rejected, duplicate }\`. The three add up to the
events given: no event vanishes.

**A dataset that does not exist yet** comes to be with the first write: from \`schema\` (JSON Schema of one event) when it is given,
otherwise from the events themselves. A schema also makes the table when there are no events, so that a query after it works.

**Rejects.** An event that is no object, or does not fit the schema, is not stored; it is kept as a reject, with the reason. With
\`onReject: keep\` (the default) the step goes on and tells how many; with \`onReject: fail\` it fails with
\`plugin.dataset_rejected\` after the others are stored.

**Exactly once.** Every batch has a token that stays the same when the step is tried again or its worker dies half-way, so
nothing is stored twice.

Rows are then there for SQL, under the dataset's name: \`SELECT count() FROM quakes\`.`,
  side: 'worker',
  effect: 'idempotent',
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['dataset', 'events'],
    properties: {
      dataset: {
        type: 'string',
        pattern: '^[a-z][a-z0-9_-]*$',
        maxLength: 63,
        description:
          'Name of the dataset: a lower-case letter, then letters, digits, `-` and `_`. In SQL it is the table’s name, with `_` for `-`.',
      },
      events: {
        type: ['array', 'object'],
        description: 'The events: a list of objects, or one object.',
      },
      schema: {
        type: 'object',
        description: 'JSON Schema of one event, for a dataset that does not exist yet.',
      },
      onReject: {
        type: 'string',
        enum: ['keep', 'fail'],
        default: 'keep',
        description: 'What rejected events do to the step: `keep` goes on, `fail` fails it.',
      },
    },
  },
  output: {
    type: 'object',
    additionalProperties: false,
    required: ['stored', 'rejected', 'duplicate'],
    properties: {
      stored: count('Events that are now rows.'),
      rejected: count('Events that did not fit, kept as rejects.'),
      duplicate: count('Events that were there already.'),
    },
  },
  secrets: [],
  literal: ['/schema'],
  examples: [
    {
      title: 'Write what the step before has made',
      yaml: `id: write
plugin: dataset.write
with:
  dataset: quakes
  events: "{{ steps.shape.output }}"
`,
    },
    {
      title: 'A schema of one’s own, and no mercy',
      yaml: `id: write
plugin: dataset.write
with:
  dataset: orders
  events:
    - { id: A-17, at: "2026-01-02T03:04:05Z", amount: 12.5 }
  schema:
    type: object
    required: [id, at, amount]
    properties:
      id: { type: string }
      at: { type: string, format: date-time }
      amount: { type: number, minimum: 0 }
  onReject: fail
`,
    },
  ],
}
