// Where a new playbook begins: small documents that run as they are.

export interface Template {
  readonly id: string
  readonly title: string
  readonly sentence: string
  readonly text: string
}

const head = (name: string, description: string) => `apiVersion: millrace.io/v1
kind: Playbook
metadata:
  name: ${name}
  description: ${description}
`

export const templates: readonly Template[] = [
  {
    id: 'hello',
    title: 'One expression',
    sentence: 'An input, an expression, an output; no worker needed.',
    text: `${head('hello', 'Greets whoever is named')}inputs:
  name: { type: string, default: world }
tasks:
  greet:
    steps:
      - id: say
        plugin: transform
        with: { value: "Hello, {{ inputs.name }}!" }
outputs: { greeting: "{{ tasks.greet.output }}" }
`,
  },
  {
    id: 'python',
    title: 'Compute in Python',
    sentence: 'Items made by an expression, computed in batches by Python, written as rows.',
    text: `${head('powers', 'Squares and cubes, computed in Python, written as rows')}inputs:
  count: { type: integer, default: 100, minimum: 1, maximum: 10000 }
tasks:
  numbers:
    steps:
      - id: list
        plugin: transform
        with: { value: "{{ [1..inputs.count] }}" }
  compute:
    needs: [numbers]
    forEach: { in: "{{ tasks.numbers.output }}", as: numbers, batch: 50 }
    steps:
      - id: powers
        plugin: python
        with:
          input: { numbers: "{{ numbers }}" }
          code: |
            def main(numbers):
                return [{"n": n, "square": n ** 2, "cube": n ** 3} for n in numbers]
  write:
    needs: [compute]
    steps:
      - id: rows
        plugin: dataset.write
        with: { dataset: powers, events: "{{ $reduce(tasks.compute.output, $append) }}" }
outputs: { stored: "{{ tasks.write.steps.rows.output.stored }}" }
`,
  },
  {
    id: 'http',
    title: 'Fetch and keep',
    sentence: 'Calls an address with retries and writes what comes back as rows.',
    text: `${head('fetch-and-keep', 'Fetches a list and writes it as rows')}inputs:
  feed: { type: string, format: uri, description: Address of a JSON list }
tasks:
  fetch:
    steps:
      - id: get
        plugin: http
        with: { url: "{{ inputs.feed }}", expect: json }
        timeout: 30s
        retry: { attempts: 5, delay: 500ms, backoff: exponential }
  keep:
    needs: [fetch]
    steps:
      - id: write
        plugin: dataset.write
        with: { dataset: fetched, events: "{{ tasks.fetch.output.body }}" }
`,
  },
  {
    id: 'branch',
    title: 'Branch and mend',
    sentence: 'Two tasks side by side, one that joins them, one that runs only when something failed.',
    text: `${head('branch-and-mend', 'Parallel tasks, a join, and what to do on failure')}tasks:
  left:
    steps:
      - { id: value, plugin: transform, with: { value: 20 } }
  right:
    steps:
      - { id: value, plugin: transform, with: { value: 22 } }
  join:
    needs: [left, right]
    steps:
      - { id: sum, plugin: transform, with: { value: "{{ tasks.left.output + tasks.right.output }}" } }
  mend:
    needs: [join]
    when: failed
    steps:
      - { id: note, plugin: transform, with: { value: "{{ error.message }}" } }
outputs: { sum: "{{ tasks.join.output }}" }
`,
  },
]

/**
 * A playbook of one task around a plugin's example step, written `id: …` or `- id: …`. Secrets and inputs that the example
 * names are declared; steps that it builds upon are for its reader to write.
 */
export function playbookAround(plugin: string, stepYaml: string): string {
  const lines = stepYaml.trimEnd().split('\n')
  const isItem = /^\s*-\s/.test(lines[0] ?? '')
  const indent = '      '
  const steps = lines.map((line, index) =>
    line === '' ? '' : isItem ? indent + line : `${indent}${index === 0 ? '- ' : '  '}${line}`,
  )
  const secrets = named(stepYaml, /\bsecret:\s*["']?([\w-]+)/g)
  const inputs = named(stepYaml, /\binputs\.(\w+)/g)
  const name = `${plugin.replace(/[^a-z0-9]+/g, '-')}-example`
  return [
    head(name, `An example of the ${plugin} plugin`).trimEnd(),
    ...(inputs.length === 0 ? [] : ['inputs:', ...inputs.map((input) => `  ${input}: { type: string }`)]),
    ...(secrets.length === 0 ? [] : [`secrets: [${secrets.join(', ')}]`]),
    'tasks:',
    '  try:',
    '    steps:',
    ...steps,
    '',
  ].join('\n')
}

function named(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))]
}
