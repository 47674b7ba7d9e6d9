import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { complete, hover } from './index.ts'
import { plugins } from './testdata/plugins.ts'

const week = readFileSync(new URL('testdata/week.yaml', import.meta.url), 'utf8')

/** `¦` is where the cursor stands. */
function labels(text: string): string[] {
  const offset = text.indexOf('¦')
  return complete(text.replace('¦', ''), offset, { plugins }).map(({ label }) => label)
}

/** The text after taking the first thing offered. */
function taken(text: string): string {
  const offset = text.indexOf('¦')
  const plain = text.replace('¦', '')
  const [first] = complete(plain, offset, { plugins })
  return first === undefined ? 'nothing offered' : plain.slice(0, first.from) + first.insert + plain.slice(first.to)
}

const head = 'apiVersion: millrace.io/v1\nkind: Playbook\nmetadata: { name: x }\n'
const tasks = `${head}inputs: { feed: { type: string, description: Where from. } }
secrets: [token]
tasks:
  fetch:
    description: Gets it.
    steps:
      - id: get
        plugin: http
        with: { url: x }
      - id: shape
        plugin: transform
        with: { value: 1 }
  each:
    needs: [fetch]
    forEach: { in: "{{ tasks.fetch.output }}", as: row }
    steps:
      - { id: one, plugin: transform, with: { value: 1 } }
  load:
`

test.each([
  [
    'an empty document',
    '¦',
    ['apiVersion', 'kind', 'metadata', 'inputs', 'secrets', 'timeout', 'concurrency', 'triggers', 'tasks', 'outputs'],
  ],
  [
    'keys that are left',
    `${head}t¦`,
    ['timeout', 'triggers', 'tasks', 'metadata', 'inputs', 'secrets', 'outputs'].filter((key) => key !== 'metadata'),
  ],
  ['a key in the middle', `${head}tas¦\noutputs: {}`, ['tasks']],
  ['keys of a task', `${tasks}    ne¦`, ['needs']],
  ['keys of a task before others', `${head}tasks:\n  a:\n    w¦\n    steps: []\n`, ['when']],
  ['keys of a step', `${tasks}    steps:\n      - id: a\n        re¦`, ['retry', 'repeat']],
  ['keys of a step in one line', `${tasks}    steps: [{ id: a, plu¦ }]`, ['plugin']],
  ['keys of a step in an open line', `${tasks}    steps: [{ id: a, plu¦\noutputs: {}`, ['plugin']],
  ['keys of `retry`', `${tasks}    steps:\n      - retry: { attempts: 3, back¦ }`, ['backoff']],
  [
    'keys of `with`',
    `${tasks}    steps:\n      - id: a\n        plugin: http\n        with:\n          m¦`,
    ['method'],
  ],
  ['keys of `with` in one line', `${tasks}    steps: [{ plugin: http, with: { url: x, he¦ } }]`, ['headers']],
  [
    'keys deep in `with`',
    `${tasks}    steps:\n      - plugin: http\n        with:\n          auth:\n            b¦`,
    ['bearer', 'basic'],
  ],
  ['keys of a trigger', `${head}triggers:\n  t:\n    s¦`, ['schedule', 'dataset']],
  ['keywords of an input', `${head}inputs:\n  n:\n    def¦`, ['default']],
])('%s', (_, text, expected) => {
  expect(labels(text)).toEqual(expected)
})

test.each([
  ['words', `${tasks}    when: ¦`, ['completed', 'failed', 'always']],
  ['words that are begun', `${tasks}    when: fa¦`, ['failed']],
  ['plugins', `${tasks}    steps:\n      - plugin: ¦`, ['http', 'python', 'transform', 'wait', 'dataset.write']],
  ['a plugin with a dot', `${tasks}    steps:\n      - plugin: dataset.w¦`, ['dataset.write']],
  ['tasks in `needs`', `${tasks}    needs: [¦]`, ['fetch', 'each']],
  ['tasks that are not there yet', `${tasks}    needs: [fetch, ¦]`, ['each']],
  ['tasks as a list', `${tasks}    needs:\n      - fe¦`, ['fetch']],
  [
    'values of `with`',
    `${tasks}    steps:\n      - plugin: http\n        with: { method: ¦ }`,
    ['GET', 'POST', 'PUT', 'DELETE'],
  ],
  [
    'values of `with` that are begun',
    `${tasks}    steps:\n      - plugin: http\n        with:\n          expect: js¦`,
    ['json'],
  ],
  [
    'secrets where one may stand',
    `${tasks}    steps:\n      - plugin: http\n        with: { auth: { bearer: ¦ } }`,
    ['{ secret: token }'],
  ],
  ['types of an input', `${head}inputs: { n: { type: bo¦ } }`, ['boolean']],
  ['the version', 'apiVersion: ¦', ['millrace.io/v1']],
  ['a condition', `${tasks}    if: ¦`, ['{{ … }}', 'true', 'false']],
])('%s', (_, text, expected) => {
  expect(labels(text)).toEqual(expected)
})

const step = (value: string) =>
  `${tasks}    needs: [each]\n    steps:\n      - { id: a, plugin: http, with: { url: x } }\n      - { id: b, plugin: transform, with: { value: "${value}" } }\n`

test.each([
  [
    'roots',
    step('{{ in¦ }}'),
    [
      'inputs',
      '$distinct',
      '$formatInteger',
      '$join',
      '$min',
      '$parseInteger',
      '$string',
      '$substring',
      '$substringAfter',
      '$substringBefore',
      '$contains',
    ].filter((name) => name.includes('in')),
  ],
  ['inputs', step('{{ inputs.¦ }}'), ['feed']],
  ['earlier steps', step('{{ steps.¦ }}'), ['a']],
  ['parts of a step', step('{{ steps.a.¦ }}'), ['output', 'error', 'state']],
  ['parts of an output', step('{{ steps.a.output.¦ }}'), ['status', 'body', 'headers']],
  ['tasks that have ended', step('{{ tasks.¦ }}'), ['each', 'fetch']],
  ['parts of a task', step('{{ tasks.fetch.¦ }}'), ['output', 'steps', 'error', 'state']],
  ['parts of a task with `forEach`', step('{{ tasks.each.¦ }}'), ['output', 'error', 'state']],
  ['steps of a task', step('{{ tasks.fetch.steps.¦ }}'), ['get', 'shape']],
  ['output of a step of a task', step('{{ tasks.fetch.steps.get.output.st¦ }}'), ['status']],
  ['within a longer expression', step('{{ $sum(tasks.fetch.output[x > inputs.fe¦]) }}'), ['feed']],
  ['functions', step('{{ $su¦ }}'), ['$substring', '$substringAfter', '$substringBefore', '$sum']],
  ['behind an open quote', `${tasks}    if: "{{ inputs.¦`, ['feed']],
  [
    'in a block',
    `${tasks}    steps:\n      - id: a\n        plugin: transform\n        with:\n          value: |\n            {{ inputs.¦ }}`
      .replace('¦\n', '>\n')
      .replace('¦', '¦'),
    ['feed'],
  ],
  ['in `outputs`', `${tasks.replace('  load:\n', '')}outputs: { n: "{{ tasks.f¦ }}" }`, ['fetch']],
])('%s inside an expression', (_, text, expected) => {
  expect(labels(text).slice(0, 30)).toEqual(expect.arrayContaining(expected))
  if (!text.includes('{{ in¦')) expect(labels(text)).toEqual(expected)
})

test.each([
  ['the item and the loop in a `forEach`', '{{ ¦ }}', ['row', 'loop', 'steps']],
  ['the output in `repeat`', '{{ o¦ }}', ['loop']],
])('%s', (_, expression, expected) => {
  const text = tasks.replace(
    '{ id: one, plugin: transform, with: { value: 1 } }',
    `{ id: one, plugin: transform, with: { value: "${expression}" } }`,
  )
  expect(labels(text)).toEqual(expect.arrayContaining(expected))
  expect(labels(text)).not.toContain('error')
})

test('the output can be named where there is one', () => {
  expect(
    labels(`${tasks}    steps:\n      - id: a\n        plugin: http\n        repeat: { until: "{{ outp¦ }}" }`),
  ).toEqual(['output'])
  expect(
    labels(`${tasks}    steps:\n      - id: a\n        plugin: http\n        repeat: { until: "{{ output.¦ }}" }`),
  ).toEqual(['status', 'body', 'headers'])
})

test('what is taken replaces the word, with a colon where one is missing', () => {
  expect(taken('apiV¦')).toBe('apiVersion: ')
  expect(taken(`${head}tas¦ks: {}`)).toBe(`${head}tasks: {}`)
  expect(taken(`${tasks}    when: fa¦iled`)).toBe(`${tasks}    when: failed`)
  expect(taken(step('{{ inputs.fe¦ }}'))).toBe(step('{{ inputs.feed }}'))
})

test('code and free text get no suggestions', () => {
  expect(
    labels(
      `${tasks}    steps:\n      - plugin: python\n        with:\n          code: |\n            pri¦`
        .replace('¦\n', '>\n')
        .replace('¦', '¦'),
    ),
  ).toEqual([])
  expect(labels(`${head.replace('name: x', 'name: ¦')}`)).toEqual([])
})

function note(text: string): string | undefined {
  return hover(text.replace('¦', ''), text.indexOf('¦'), { plugins })?.markdown
}

test.each([
  [
    'a key',
    `${tasks}    wh¦en: failed`,
    '**when** · word\n\nWhich outcome of its `needs` the task wants.\n\nWithout it: `completed`',
  ],
  [
    'a word',
    `${tasks}    when: fai¦led`,
    '**failed**\n\nIt runs when one of its `needs` failed; the error is `error`.',
  ],
  ['a plugin', week.replace('plugin: http', 'plugin: ht¦tp'), '**http** · plugin\n\nThe plugin http.'],
  ['a key of `with`', week.replace('url: "{{', 'u¦rl: "{{'), '**url** · string\n\nAbsolute address.'],
  [
    'a task',
    tasks.replace('needs: [fetch]', 'needs: [fet¦ch]'),
    '**fetch** · task\n\nGets it.\n\nSteps: http → transform',
  ],
  ['an input', step('{{ inputs.fe¦ed }}'), '**feed** · string\n\nWhere from.'],
  ['a function', step('{{ $su¦m(1) }}'), '**`$sum(numbers)`**\n\nThe numbers added up.'],
  ['a root', step('{{ ru¦n.id }}'), '**run**\n\nThis run: `id`, `attempt`, `startedAt`.'],
  ['nothing', `${head}\n¦\n`, undefined],
])('pointing at %s', (_, text, expected) => {
  expect(note(text)).toBe(expected)
})

test('completing and pointing never throw, anywhere in any damaged text', () => {
  const cut = fc.record({ at: fc.nat(week.length), length: fc.nat(30), offset: fc.nat(week.length) })
  fc.assert(
    fc.property(cut, ({ at, length, offset }) => {
      const text = week.slice(0, at) + week.slice(at + length)
      for (const { from, to, insert } of complete(text, Math.min(offset, text.length), { plugins })) {
        expect(from).toBeLessThanOrEqual(to)
        expect(insert).not.toContain('mark')
      }
      hover(text, Math.min(offset, text.length), { plugins })
    }),
    { numRuns: 300 },
  )
})
