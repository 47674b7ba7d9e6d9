// Carried out by the engine itself; this is what the check, the manual and the builder's form know about it.

import type { EnginePlugin } from '@millrace/plugin'

export const plugin: EnginePlugin = {
  description: {
    name: 'transform',
    version: '1.0.0',
    summary: 'Make one value out of others with expressions.',
    about: `The output is \`value\`, with every \`{{ … }}\` in it evaluated. \`value\` can be one expression, or any shape with expressions
in it. No worker is needed and no time passes: use it to pick, filter, rename, join and add up between other steps.

Expressions are JSONata. A few that come up often:

| to | write |
|---|---|
| filter a list | \`{{ [steps.get.output.body.quakes[mag >= 3]] }}\` |
| reshape each item | \`{{ [orders.{ 'id': id, 'total': price * quantity }] }}\` |
| add up | \`{{ $sum(orders.(price * quantity)) }}\` |
| group | \`{{ orders{ shop: $count($) } }}\` |
| sort | \`{{ $sort(orders, function($a, $b) { $a.at > $b.at }) }}\` |
| a default | \`{{ $exists(inputs.limit) ? inputs.limit : 10 }}\` |

Mind that JSONata unwraps a list of one, and makes nothing of an empty one: write \`[ … ]\` around a path to keep a list whatever
its length. An expression that yields nothing fails the step and names what was missing.

Work on more than some thousands of items, or with loops and libraries, belongs into a \`python\` or \`node\` step.`,
    side: 'engine',
    effect: 'pure',
    input: {
      type: 'object',
      additionalProperties: false,
      required: ['value'],
      properties: {
        value: { description: 'What the output shall be: an expression, or any shape that holds expressions.' },
      },
    },
    output: { description: '`value`, evaluated.' },
    secrets: [],
    literal: [],
    examples: [
      {
        title: 'Pick and filter',
        yaml: `id: strong
plugin: transform
with:
  value: "{{ [steps.get.output.body.features.properties[mag >= 4.5]] }}"
`,
      },
      {
        title: 'A shape with expressions in it',
        yaml: `id: summary
plugin: transform
with:
  value:
    run: "{{ run.id }}"
    orders: "{{ $count(steps.read.output.rows) }}"
    text: "{{ $count(steps.read.output.rows) }} orders since {{ inputs.since }}"
`,
      },
    ],
  },
}
