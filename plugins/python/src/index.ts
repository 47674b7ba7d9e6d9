// `python`: a function in Python, run in a warm interpreter.

import { type JsonObject, memoryRequest, memorySchema, type Plugin, type PluginDescription } from '@millrace/plugin'

export interface PythonInput {
  readonly code: string
  readonly input?: JsonObject
  readonly packages?: readonly string[]
  readonly memory?: string
}

const about = `Runs the function \`main\` of your code. Each key of \`input\` is one keyword argument, and what \`main\` returns is the
step's output, as JSON: dicts with text keys, lists, text, numbers, booleans and \`None\`. \`main\` may be \`async\`.

- **Isolation.** Every call has a process of its own, with an empty working directory that is removed afterwards and a clean
  environment. The interpreter is kept warm and forked, so a step costs milliseconds; module-level code runs in each call.
- **Log.** What the code prints, on standard output or standard error, is the step's log, line by line while it runs. When it
  raises, the traceback is there too, with the lines of your code.
- **Limits.** \`timeout\` of the step, \`memory\`, 64 MB of output, 10,000 log lines. A step that is cancelled or goes beyond a
  limit is stopped whole, with every process it has started.
- **Packages.** \`packages\` names exact versions; each distinct set is installed once per worker with \`pip\` and then reused.
- **Again.** A step may be carried out more than once, when a worker dies under it or it is retried. The environment variable
  \`MILLRACE_IDEMPOTENCY_KEY\` stays the same then: hand it to whatever must happen only once. There are also
  \`MILLRACE_RUN_ID\`, \`MILLRACE_TASK\`, \`MILLRACE_STEP\`, \`MILLRACE_ATTEMPT\` and \`TRACEPARENT\`.
- **Not JSON** are NaN and infinity, dates, bytes, sets, and integers beyond ±2^53: the error says where they stand.`

const description: PluginDescription = {
  name: 'python',
  version: '1.0.0',
  summary: 'Runs a Python function.',
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
        description: 'Python that defines `main`. `{{ … }}` is not an expression in here: pass values through `input`.',
        contentMediaType: 'text/x-python',
        examples: ['def main(name):\n    return {"greeting": f"Hello, {name}"}\n'],
      },
      input: {
        type: 'object',
        description: 'Keyword arguments of `main`, by name. A value may be `{ secret: name }`.',
        default: {},
      },
      packages: {
        type: 'array',
        description: 'Packages from PyPI with their exact versions, such as `requests==2.32.3`.',
        maxItems: 64,
        uniqueItems: true,
        items: {
          type: 'string',
          pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*(\\[[A-Za-z0-9._,-]+\\])?==[A-Za-z0-9][A-Za-z0-9.!+_-]*$',
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
      title: 'The energy of earthquakes',
      yaml: `id: energy
plugin: python
with:
  input: { magnitudes: [4.5, 6.1] }
  code: |
    def main(magnitudes):
        return [10 ** (4.8 + 1.5 * m) for m in magnitudes]
`,
    },
    {
      title: 'With a package and more memory',
      yaml: `id: parse
plugin: python
timeout: 5m
with:
  packages: [python-dateutil==2.9.0.post0]
  memory: 2GB
  input: { text: "3 January 2026, 18:00 CET" }
  code: |
    from dateutil import parser

    def main(text):
        return parser.parse(text).isoformat()
`,
    },
  ],
}

export const plugin: Plugin<PythonInput> = {
  description,
  call: ({ code, input = {}, packages = [], memory }, context) =>
    context.code({ language: 'python', code, input, packages, ...memoryRequest(memory, context.limits) }),
}
