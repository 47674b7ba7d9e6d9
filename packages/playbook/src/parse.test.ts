import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkInputs, type Parsed, type Playbook, parse } from './index.ts'
import { plugins } from './testdata/plugins.ts'

const week = readFileSync(new URL('testdata/week.yaml', import.meta.url), 'utf8')

const options = { timeMsMax: 1000, nowMs: 0, seed: 1 }

function parsed(body: string): Parsed {
  return parse(`apiVersion: millrace.io/v1\nkind: Playbook\nmetadata: { name: test }\n${body}`, { plugins })
}

function good(body: string): Playbook {
  const { playbook, complaints } = parsed(body)
  expect(complaints).toEqual([])
  if (playbook === undefined) throw new Error('no playbook without complaints')
  return playbook
}

const one = 'steps: [{ id: a, plugin: transform, with: { value: 1 } }]'

test('the playbook of the manual parses; what does not run yet is said, key by key', () => {
  const { playbook, complaints, outline } = parse(week, { plugins })
  expect(complaints.map(({ line, code, message }) => `${line} ${code} ${message}`)).toEqual([
    '9 playbook.not_yet Limits on concurrent runs do not work yet in this version; remove `concurrency` to publish.',
    '11 playbook.not_yet Schedules do not run yet in this version; remove `triggers.hourly` to publish.',
    '12 playbook.not_yet Schedules do not run yet in this version; remove `triggers.monthly` to publish.',
    '14 playbook.not_yet Alerts do not start runs yet in this version; remove `triggers.rejects` to publish.',
    '15 playbook.not_yet Datasets do not start runs yet in this version; remove `triggers.batch` to publish.',
    '29 playbook.not_yet Pools other than `default` do not run yet in this version; remove `pool: cpu-01` to publish.',
  ])
  expect(playbook?.notYet.map(({ pointer }) => pointer)).toEqual([
    '/concurrency',
    '/triggers/hourly',
    '/triggers/monthly',
    '/triggers/rejects',
    '/triggers/batch',
    '/tasks/score/pool',
  ])
  expect(playbook).toMatchObject({
    name: 'quakes',
    description: "Load the week's earthquakes",
    labels: { team: 'geo' },
    secrets: ['pager_token'],
    timeoutMs: 600_000,
  })
  expect([...(playbook?.inputs.values() ?? [])]).toEqual([
    { name: 'feed', schema: { type: 'string', format: 'uri' }, required: true, default: undefined },
    { name: 'magnitudeMin', schema: { type: 'number', default: 2.5 }, required: false, default: 2.5 },
  ])
  expect([...(playbook?.tasks.keys() ?? [])]).toEqual(['fetch', 'score', 'load', 'page'])
  expect(playbook?.tasks.get('score')).toMatchObject({
    needs: ['fetch'],
    forEach: { as: 'quake', concurrency: 16, batch: 500 },
  })
  expect(playbook?.tasks.get('page')).toMatchObject({ needs: ['load'], when: 'failed' })
  expect(outline.tasks[1]).toEqual({
    name: 'score',
    line: 27,
    needs: ['fetch'],
    when: 'completed',
    forEach: true,
    steps: [{ id: 'energy', plugin: 'python', line: 32 }],
  })
})

test('what a task and a step do not say is filled in', () => {
  const task = good(`tasks: { t: { ${one} } }`).tasks.get('t')
  expect(task).toMatchObject({
    description: '',
    needs: [],
    pool: 'default',
    if: undefined,
    when: 'completed',
    timeoutMs: undefined,
    forEach: undefined,
  })
  expect(task?.steps[0]).toMatchObject({
    id: 'a',
    plugin: 'transform',
    pool: undefined,
    if: undefined,
    timeoutMs: 600_000,
    retry: undefined,
    onError: 'fail',
    repeat: undefined,
    paginate: undefined,
  })
})

test('what is given in part is filled in too', () => {
  const { tasks } = good(`tasks:
  t:
    forEach: { in: [1, 2] }
    steps:
      - { id: a, plugin: http, with: { url: x }, retry: {} }
      - { id: b, plugin: http, with: { url: x }, repeat: { until: "{{ output.status = 200 }}" } }
      - { id: c, plugin: http, with: { url: x }, paginate: { next: "{{ output.body.next }}", into: url } }`)
  const task = tasks.get('t')
  expect(task?.forEach).toMatchObject({ as: 'item', concurrency: 16, batch: undefined })
  expect(task?.steps[0]?.retry).toEqual({
    attempts: 3,
    delayMs: 1_000,
    backoff: 'exponential',
    delayMaxMs: 30_000,
    jitter: 'full',
    when: undefined,
  })
  expect(task?.steps[1]?.repeat).toMatchObject({ delayMs: 10_000, timesMax: 100 })
  expect(task?.steps[2]?.paginate).toMatchObject({ into: 'url', pagesMax: 1_000, collect: undefined })
})

test('everything that can be said is said', async () => {
  const { tasks, outputs, timeoutMs, triggers } = good(
    `timeout: 1h30m
secrets: [token]
inputs: { list: { type: array } }
triggers: { pushed: { webhook: {} } }
tasks:
  first: { description: The first., ${one} }
  second:
    needs: [first]
    if: "{{ tasks.first.output = 1 }}"
    when: always
    pool: default
    timeout: 5m
    forEach: { in: "{{ inputs.list }}", as: row, concurrency: 2, batch: 10 }
    steps:
      - id: a
        plugin: http
        with: { url: "https://x/{{ row.id }}/{{ loop.index }}", auth: { bearer: { secret: token } } }
        if: true
        pool: default
        timeout: 500ms
        retry: { attempts: 9, delay: 1s, backoff: linear, delayMax: 1m, jitter: none, when: "{{ error.code = 'x' and steps.z = 1 }}" }
        onError: continue
        repeat: { until: "{{ output.body.done }}", delay: 0ms, timesMax: 7 }
      - id: b
        plugin: http
        with: { url: "{{ steps.a.error.code & error.message & run.id & env.HOME & trigger.payload.body }}" }
        paginate: { next: "{{ output.next }}", into: query.cursor, pagesMax: 3, collect: "{{ output.body.rows }}" }
outputs: { n: "{{ tasks.second.output[0] }}", fixed: { a: 1 } }`.replace(' and steps.z = 1', ''),
  )
  expect(timeoutMs).toBe(5_400_000)
  expect(triggers.get('pushed')).toEqual({ name: 'pushed', kind: 'webhook', detail: {} })
  const second = tasks.get('second')
  expect(second).toMatchObject({
    when: 'always',
    timeoutMs: 300_000,
    forEach: { as: 'row', concurrency: 2, batch: 10 },
  })
  expect(second?.steps[0]).toMatchObject({
    timeoutMs: 500,
    onError: 'continue',
    retry: { attempts: 9, delayMs: 1_000, backoff: 'linear', delayMaxMs: 60_000, jitter: 'none' },
    repeat: { delayMs: 0, timesMax: 7 },
  })
  expect(second?.steps[1]?.paginate).toMatchObject({ into: 'query.cursor', pagesMax: 3 })
  const given = await second?.steps[0]?.with.evaluate({ row: { id: 7 }, loop: { index: 3 } }, options)
  expect(given).toEqual({ url: 'https://x/7/3', auth: { bearer: { secret: 'token' } } })
  expect(await outputs.get('fixed')?.evaluate({}, options)).toEqual({ a: 1 })
})

test('code is left as it is', async () => {
  const { tasks } = good('tasks: { t: { steps: [{ id: a, plugin: python, with: { code: "f\'{{x}}\'" } }] } }')
  expect(await tasks.get('t')?.steps[0]?.with.evaluate({}, options)).toEqual({ code: "f'{{x}}'" })
})

test('a faulty text still has an outline', () => {
  const { outline, playbook } = parsed('tasks:\n  a: { steps: [{ id: x, plugin: http }] }\n  b: { needs: [a]')
  expect(playbook).toBe(undefined)
  expect(outline.tasks.map(({ name, needs }) => [name, ...needs])).toEqual([['a'], ['b', 'a']])
})

test('without schemas, everything but the schemas is checked', () => {
  const text = `${week}\nextra: 1`.replace('expect: json', 'expect: 5')
  const skipped = parse(text, { plugins, schemas: 'skip' }).complaints
  const checked = parse(text, { plugins }).complaints
  expect(checked.length - skipped.length).toBe(1)
  expect(skipped.filter(({ code }) => code !== 'playbook.not_yet').map(({ code }) => code)).toEqual([
    'playbook.unknown_key',
  ])
})

test('without schemas, nothing is compiled to code, which a content security policy forbids', () => {
  const compiler = globalThis.Function
  globalThis.Function = function forbidden() {
    throw new EvalError('forbidden')
  } as unknown as FunctionConstructor
  try {
    expect(parse(week, { plugins, schemas: 'skip' }).playbook).toBeDefined()
  } finally {
    globalThis.Function = compiler
  }
})

test('a thousand tasks of five steps are within the limits, and more are not', () => {
  const steps = Array.from({ length: 5 }, (_, i) => `{ id: s${i}, plugin: transform, with: { value: 1 } }`).join(', ')
  const text = (tasks: number) =>
    `tasks:\n${Array.from({ length: tasks }, (_, i) => `  t${i}: { needs: [${i === 0 ? '' : `t${i - 1}`}], steps: [${steps}] }`).join('\n')}`
  expect(good(text(1_000)).tasks.size).toBe(1_000)
  expect(parsed(text(1_001)).complaints.map(({ code }) => code)).toEqual(['playbook.too_many'])
  const wide = Array.from({ length: 5_001 }, (_, i) => `      - { id: s${i}, plugin: transform, with: { value: 1 } }`)
  expect(parsed(`tasks:\n  t:\n    steps:\n${wide.join('\n')}`).complaints.map(({ code }) => code)).toEqual([
    'playbook.too_many',
  ])
})

test.each([
  ['expressions', (i: number) => `"{{ inputs.x + ${i} }}"`, 12_000],
  ['patterns', (i: number) => `"{{ /x{0,200}${i}/ }}"`, 600],
  ['long expressions', (i: number) => `"{{ ${`inputs.x${i} + `.repeat(1_500)} 1 }}"`, 60],
  ['slashes', () => `"{{ ${'/('.repeat(4_000)} }}"`, 60],
  ['quotes', () => `'{{ ${'"'.repeat(9_999)} }}'`, 60],
  ['minus signs', (i: number) => `"{{ ${'-'.repeat(3_000)}${i} }}"`, 200],
])('a playbook stuffed with %s is refused in time', (_, make, count) => {
  const items = Array.from({ length: count }, (_item, i) => `          - ${make(i)}`)
  const { playbook } = parsed(
    `tasks:\n  t:\n    steps:\n      - id: a\n        plugin: transform\n        with:\n          value:\n${items.join('\n')}`,
  )
  expect(playbook === undefined).toBe(!String(make(1)).includes('--'))
})

test('at most a hundred complaints, and none of them hides that the playbook cannot be published', () => {
  const pools = Array.from({ length: 150 }, (_, i) => `  t${i}: { pool: p, ${one} }`)
  const { complaints, playbook } = parsed(`tasks:\n${pools.join('\n')}\nnonsense: 1`)
  expect(complaints).toHaveLength(100)
  expect(playbook).toBe(undefined)
})

test('parsing ends quickly and never throws, however a playbook is damaged', () => {
  const pieces = fc.constantFrom(
    '{{',
    '}}',
    '[',
    '{',
    ':',
    '- ',
    '\n',
    '  ',
    'steps',
    'null',
    '5',
    '"',
    '&a',
    '*a',
    '~',
    '{ secret: x }',
    'needs: [fetch]',
    '__proto__: 1\n',
  )
  const edit = fc.record({ at: fc.nat(week.length), cut: fc.nat(40), put: fc.array(pieces, { maxLength: 3 }) })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = week
      for (const { at, cut, put } of edits) text = text.slice(0, at) + put.join('') + text.slice(at + cut)
      const { complaints, playbook } = parse(text, { plugins })
      for (const { line, column, message } of complaints) {
        expect(line).toBeGreaterThanOrEqual(1)
        expect(column).toBeGreaterThanOrEqual(1)
        expect(message).toMatch(/\.$/)
      }
      expect(playbook === undefined).toBe(complaints.some(({ code }) => code !== 'playbook.not_yet'))
    }),
    { numRuns: 500 },
  )
})

const { inputs } = good(`inputs:
  feed: { type: string, format: uri }
  min: { type: number, default: 2.5, minimum: 0 }
tasks: { t: { ${one} } }`)

test('inputs are checked and filled in', () => {
  expect(checkInputs({ inputs }, { feed: 'https://x' })).toEqual({
    inputs: { feed: 'https://x', min: 2.5 },
    complaints: [],
  })
  expect(checkInputs({ inputs }, { feed: 'https://x', min: 0 }).inputs).toEqual({ feed: 'https://x', min: 0 })
})

test.each([
  [{}, ['playbook.input_missing /feed Input `feed` is missing.']],
  [{ feed: 5 }, ['playbook.input_invalid /feed Input `feed`: The value must be text; found 5.']],
  [
    { feed: 'x' },
    [
      'playbook.input_invalid /feed Input `feed`: The value must be an absolute address such as https://example.com; found the text "x".',
    ],
  ],
  [
    { feed: 'https://x', min: -1 },
    ['playbook.input_invalid /min Input `min`: The value must be at least 0; found -1.'],
  ],
  [{ feed: 'https://x', mni: 1 }, ['playbook.input_unknown /mni The playbook has no input `mni`.']],
  [
    { feed: 'https://x', min: null },
    ['playbook.input_invalid /min Input `min`: The value must be a number; found null.'],
  ],
])('inputs %j are refused', (given, expected) => {
  expect(
    checkInputs({ inputs }, given).complaints.map(({ code, pointer, message }) => `${code} ${pointer} ${message}`),
  ).toEqual(expected)
})
