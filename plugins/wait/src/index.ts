// Carried out by the engine itself; this is what the check, the manual and the builder's form know about it.

import type { EnginePlugin } from '@millrace/plugin'

export const plugin: EnginePlugin = {
  description: {
    name: 'wait',
    version: '1.0.0',
    summary: 'Let time pass: a while, or until a moment.',
    about: `Give \`for\` (a duration) or \`until\` (a moment), not both. No worker is held meanwhile, and the wait outlives restarts: a run
that waits for a month costs nothing. A moment that has passed already does not wait at all.

The output is \`{ until }\`, the moment when the run went on. To ask again and again until something is so, use \`repeat\` on the step
that asks, rather than a \`wait\` beside it.`,
    side: 'engine',
    effect: 'pure',
    input: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        for: {
          type: 'string',
          pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$',
          description: 'How long: `500ms`, `10s`, `1h30m`, `7d`.',
        },
        until: {
          type: 'string',
          format: 'date-time',
          description: 'Until when: a moment with its offset, such as `2026-01-31T18:00:00Z`.',
        },
      },
    },
    output: {
      type: 'object',
      additionalProperties: false,
      required: ['until'],
      properties: { until: { type: 'string', format: 'date-time', description: 'When the run went on.' } },
    },
    secrets: [],
    literal: [],
    examples: [
      {
        title: 'Give a server a moment',
        yaml: `id: pause
plugin: wait
with: { for: 10s }
`,
      },
      {
        title: 'Until the hour that came with the run',
        yaml: `id: embargo
plugin: wait
with: { until: "{{ inputs.publishAt }}" }
`,
      },
    ],
  },
}
