// Playbooks, plugins and tables of the fake server: enough like the real ones to draw, photograph and test the console by.

export interface FakeTask {
  readonly name: string
  readonly line: number
  readonly needs: readonly string[]
  readonly when: string
  readonly forEach: boolean
  readonly items: number
  readonly steps: readonly { readonly id: string; readonly plugin: string; readonly line: number }[]
}

const quakes = `apiVersion: millrace.io/v1
kind: Playbook
metadata:
  name: quakes
  description: Load the week's earthquakes, compute their energy, write them as rows
  labels: { team: geo, example: "yes" }
inputs:
  feed: { type: string, format: uri, default: "https://earthquake.example/week.json", description: "GeoJSON feed" }
  magnitudeMin: { type: number, default: 2.5, minimum: 0, maximum: 10, description: "Leave out weaker quakes" }
  mode: { type: string, enum: [full, delta], default: full }
tasks:
  fetch:
    steps:
      - id: get
        plugin: http
        with: { url: "{{ inputs.feed }}", expect: json }
        retry: { attempts: 5, delay: 500ms, backoff: exponential }
      - id: shape
        plugin: transform
        with: { value: "{{ steps.get.output.body.features.properties[mag >= $$.inputs.magnitudeMin] }}" }
  score:
    needs: [fetch]
    forEach: { in: "{{ tasks.fetch.output }}", as: quake, concurrency: 16, batch: 50 }
    steps:
      - id: energy
        plugin: python
        with:
          input: { quakes: "{{ quake }}" }
          code: |
            def main(quakes):
                return [{**q, "joules": 10 ** (4.8 + 1.5 * q["mag"])} for q in quakes]
  load:
    needs: [score]
    steps:
      - id: write
        plugin: dataset.write
        with: { dataset: quakes, events: "{{ tasks.score.output }}" }
  page:
    needs: [load]
    when: failed
    steps:
      - id: call
        plugin: http
        with: { method: POST, url: "https://pager.example/v1/alerts" }
outputs: { rows: "{{ tasks.load.steps.write.output.stored }}" }
`

const embed = `apiVersion: millrace.io/v1
kind: Playbook
metadata: { name: embed-images, description: Embed five thousand pictures on the GPU pool, labels: { team: vision } }
tasks:
  list:
    steps:
      - id: names
        plugin: blob
        with: { list: pictures/ }
  embed:
    needs: [list]
    pool: gpu-01
    forEach: { in: "{{ tasks.list.output }}", as: picture, concurrency: 32 }
    steps:
      - id: vector
        plugin: python
        with: { input: { picture: "{{ picture }}" }, code: "def main(picture):\\n    return embed(picture)\\n" }
  index:
    needs: [embed]
    steps:
      - id: write
        plugin: dataset.write
        with: { dataset: vectors, events: "{{ tasks.embed.output }}" }
`

function small(name: string, description: string, tasks: readonly (readonly [string, string, string])[]): string {
  const body = tasks.map(
    ([task, needs, plugin]) => `  ${task}:\n${needs === '' ? '' : `    needs: [${needs}]\n`}    steps:
      - id: ${task}
        plugin: ${plugin}
        with: {}\n`,
  )
  return `apiVersion: millrace.io/v1
kind: Playbook
metadata: { name: ${name}, description: "${description}", labels: { example: "yes" } }
inputs:
  day: { type: string, format: date, default: "2025-03-14" }
tasks:
${body.join('')}`
}

export const playbookTexts: readonly string[] = [
  quakes,
  embed,
  small('birdstrikes', 'Clean ten thousand bird strikes: dates, money, missing values', [
    ['read', '', 'blob'],
    ['clean', 'read', 'python'],
    ['cost', 'clean', 'sql'],
    ['species', 'clean', 'sql'],
    ['report', 'cost, species', 'transform'],
  ]),
  small('ssh-audit', 'Read an SSH log and count who knocked', [
    ['parse', '', 'bash'],
    ['count', 'parse', 'node'],
    ['write', 'count', 'dataset.write'],
  ]),
  small('weather-report', 'Average weather by month, as rows and as a text', [
    ['fetch', '', 'http'],
    ['months', 'fetch', 'transform'],
    ['write', 'months', 'dataset.write'],
    ['tell', 'months', 'http'],
  ]),
  small('orders-hourly', 'The hour of orders: load, check, roll up', [
    ['load', '', 'sql'],
    ['check', 'load', 'node'],
    ['rollup', 'check', 'sql'],
  ]),
]

const string = (description: string, more: object = {}) => ({ type: 'string', description, ...more })

function plugin(
  name: string,
  side: 'worker' | 'engine',
  effect: 'pure' | 'idempotent' | 'once',
  summary: string,
  properties: object,
  required: readonly string[],
  example: string,
) {
  return {
    name,
    version: '1.0.0',
    summary,
    about: `${summary}\n\nWhat it answers is the step's output. **Failures** say whether trying again can help.\n\n- bounded in time, memory and output\n- its lines are log lines: \`millrace logs\``,
    side,
    effect,
    input: { type: 'object', properties, required, additionalProperties: false },
    output: { type: 'object', properties: { status: { type: 'integer', description: 'What was answered.' } } },
    secrets: name === 'http' ? ['/auth/bearer', '/headers/*'] : [],
    literal: name === 'python' || name === 'node' ? ['/code'] : [],
    examples: [{ title: `A first ${name} step`, yaml: example }],
  }
}

export const plugins = [
  plugin(
    'http',
    'worker',
    'idempotent',
    'Calls an address over HTTP and answers what came back.',
    {
      url: string('Address to call.', { format: 'uri' }),
      method: string('HTTP method.', { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], default: 'GET' }),
      headers: { type: 'object', description: 'Headers to send.', additionalProperties: { type: 'string' } },
      query: { type: 'object', description: 'Query parameters.' },
      expect: string('How to read the body.', { enum: ['json', 'text', 'bytes'], default: 'json' }),
      auth: {
        type: 'object',
        description: 'Who is calling.',
        properties: { bearer: string('Token.'), basic: { type: 'object', description: 'User and password.' } },
      },
    },
    ['url'],
    'id: get\nplugin: http\nwith: { url: "https://api.example/items", expect: json }\n',
  ),
  plugin(
    'transform',
    'engine',
    'pure',
    'Computes a value with an expression, without a worker.',
    { value: { description: 'Any value; expressions inside are evaluated.' } },
    ['value'],
    'id: shape\nplugin: transform\nwith: { value: "{{ steps.get.output.body }}" }\n',
  ),
  plugin(
    'python',
    'worker',
    'once',
    'Runs `main` of a Python program with what it is given.',
    {
      code: string('The program.'),
      input: { type: 'object', description: 'Keyword arguments of `main`.' },
      packages: { type: 'array', items: { type: 'string' }, description: 'Pinned requirements.' },
    },
    ['code'],
    'id: add\nplugin: python\nwith:\n  input: { a: 1, b: 2 }\n  code: |\n    def main(a, b):\n        return a + b\n',
  ),
  plugin(
    'bash',
    'worker',
    'once',
    'Runs a script.',
    { script: string('The script.') },
    ['script'],
    'id: say\nplugin: bash\nwith: { script: "echo hello" }\n',
  ),
  plugin(
    'node',
    'worker',
    'once',
    'Runs `main` of a JavaScript program.',
    { code: string('The program.') },
    ['code'],
    'id: say\nplugin: node\nwith: { code: "export const main = () => 1" }\n',
  ),
  plugin(
    'sql',
    'worker',
    'idempotent',
    'Asks a database, always with parameters.',
    { sql: string('The statement.') },
    ['sql'],
    'id: ask\nplugin: sql\nwith: { sql: "SELECT 1" }\n',
  ),
  plugin(
    'blob',
    'worker',
    'idempotent',
    'Reads, writes and lists bytes by name.',
    { list: string('Prefix.') },
    [],
    'id: list\nplugin: blob\nwith: { list: "pictures/" }\n',
  ),
  plugin(
    'dataset.write',
    'worker',
    'idempotent',
    'Writes events to a dataset, once per token.',
    { dataset: string('Its name.'), events: { type: 'array', description: 'The events.' } },
    ['dataset', 'events'],
    'id: write\nplugin: dataset.write\nwith: { dataset: orders, events: "{{ tasks.load.output }}" }\n',
  ),
  plugin(
    'wait',
    'engine',
    'pure',
    'Waits for a duration, holding no worker.',
    { for: string('Duration.') },
    ['for'],
    'id: pause\nplugin: wait\nwith: { for: 10s }\n',
  ),
]

const columns = (...pairs: readonly string[]) =>
  pairs.map((pair) => ({ name: pair.split(' ')[0], type: pair.split(' ')[1] }))

export const tables = [
  {
    database: 'dev',
    name: 'quakes',
    rows: 1_707,
    bytes: 214_000,
    columns: columns(
      'time DateTime64(3)',
      'place String',
      'mag Float64',
      'depth Float64',
      'joules Float64',
      'tsunami Bool',
    ),
  },
  {
    database: 'dev',
    name: 'birdstrikes',
    rows: 10_000,
    bytes: 1_410_000,
    columns: columns('date Date', 'airport LowCardinality(String)', 'species String', 'cost Nullable(UInt64)'),
  },
  {
    database: 'dev',
    name: 'vectors',
    rows: 5_000,
    bytes: 31_000_000,
    columns: columns('picture String', 'vector Array(Float32)'),
  },
  {
    database: 'dev',
    name: 'otel_logs',
    rows: 913_220,
    bytes: 88_000_000,
    columns: columns(
      'Timestamp DateTime64(9)',
      'TraceId String',
      'SeverityText LowCardinality(String)',
      'Body String',
      'ServiceName LowCardinality(String)',
    ),
  },
  {
    database: 'dev',
    name: 'otel_traces',
    rows: 402_118,
    bytes: 52_000_000,
    columns: columns(
      'Timestamp DateTime64(9)',
      'TraceId String',
      'SpanId String',
      'SpanName String',
      'Duration UInt64',
    ),
  },
]
