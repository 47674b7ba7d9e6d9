// `node`: a function in JavaScript, run in a Node that was started ahead.

import { type JsonObject, memoryRequest, memorySchema, type Plugin, type PluginDescription } from '@millrace/plugin'

export interface NodeInput {
  readonly code: string
  readonly input?: JsonObject
  readonly packages?: readonly string[]
  readonly memory?: string
}

const about = `Runs the function \`main\` of your code with \`input\` as its argument. What it returns, or what its promise yields, is the
step's output, as JSON. The code is a script: \`require(…)\` and \`await import(…)\` work, \`import\` and \`export\` statements do not.

- **Isolation.** Every call has a process of its own, started ahead so that it costs milliseconds, with an empty working
  directory that is removed afterwards and a clean environment.
- **Log.** What the code prints is the step's log, line by line while it runs. When it throws, the stack is there too, with the
  lines of your code.
- **Limits.** \`timeout\` of the step, \`memory\`, 64 MB of output, 10,000 log lines. A step that is cancelled or goes beyond a
  limit is stopped whole, with every process it has started.
- **Packages.** \`packages\` names exact versions; each distinct set is installed once per worker with \`npm\`, without running
  install scripts, and then reused.
- **Again.** A step may be carried out more than once, when a worker dies under it or it is retried. The environment variable
  \`MILLRACE_IDEMPOTENCY_KEY\` stays the same then: hand it to whatever must happen only once. There are also
  \`MILLRACE_RUN_ID\`, \`MILLRACE_TASK\`, \`MILLRACE_STEP\`, \`MILLRACE_ATTEMPT\` and \`TRACEPARENT\`.
- **Not JSON** are \`undefined\`, NaN, BigInt, Date, Map, Set, Buffer and instances of classes: the error says where they stand.`

const description: PluginDescription = {
  name: 'node',
  version: '1.0.0',
  summary: 'Runs a JavaScript function.',
  about,
  side: 'worker',
  // What the code does when it runs twice is its author's to say: the honest default is the careful one.
  effect: 'once',
  input: {
    type: 'object',
    required: ['code'],
    additionalProperties: false,
    properties: {
      code: {
        type: 'string',
        minLength: 1,
        description:
          'JavaScript that defines `main`. `{{ … }}` is not an expression in here: pass values through `input`.',
        contentMediaType: 'text/javascript',
        examples: ['function main({ name }) {\n  return { greeting: `Hello, ${name}` }\n}\n'],
      },
      input: {
        type: 'object',
        description: 'The argument of `main`. A value in it may be `{ secret: name }`.',
        default: {},
      },
      packages: {
        type: 'array',
        description: 'Packages from npm with their exact versions, such as `lodash@4.17.21`.',
        maxItems: 64,
        uniqueItems: true,
        items: {
          type: 'string',
          pattern: '^(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~][a-z0-9._~-]*@[0-9]+\\.[0-9]+\\.[0-9]+[A-Za-z0-9.+-]*$',
        },
        default: [],
      },
      memory: memorySchema,
    },
  },
  output: { description: 'What `main` returned.' },
  secrets: ['/input/*', '/input/*/*'],
  literal: ['/code'],
  examples: [
    {
      title: 'Count words',
      yaml: `id: count
plugin: node
with:
  input: { text: the quick brown fox jumps over the lazy dog }
  code: |
    function main({ text }) {
      const counts = {}
      for (const word of text.split(/\\s+/)) counts[word] = (counts[word] ?? 0) + 1
      return counts
    }
`,
    },
    {
      title: 'With a package',
      yaml: `id: parse
plugin: node
with:
  packages: [ms@2.1.3]
  input: { text: 2 days }
  code: |
    const ms = require('ms')
    const main = async ({ text }) => ms(text)
`,
    },
  ],
}

export const plugin: Plugin<NodeInput> = {
  description,
  call: ({ code, input = {}, packages = [], memory }, context) =>
    context.code({ language: 'node', code, input, packages, ...memoryRequest(memory, context.limits) }),
}
