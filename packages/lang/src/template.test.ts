import type { Json } from '@millrace/stdx'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileTemplate, type EvaluateOptions } from './index.ts'

const options: EvaluateOptions = { timeMsMax: 400, nowMs: Date.UTC(2026, 0, 2, 3, 4, 5), seed: 7 }

const scope = {
  inputs: { feed: 'https://example.com', magnitudeMin: 2, none: null, empty: [] as Json[] },
  steps: { get: { output: { body: { features: [{ properties: { mag: 1 } }, { properties: { mag: 5 } }] } } } },
}

function value(template: Json, more: Partial<EvaluateOptions> = {}, given: Record<string, unknown> = scope) {
  return compileTemplate(template).template.evaluate(given, { ...options, ...more })
}

async function failure(template: Json, given: Record<string, unknown> = scope): Promise<string> {
  const began = performance.now()
  const outcome = await codeOf(() => value(template, {}, given))
  const tookMs = performance.now() - began
  return tookMs < 5_000 ? outcome : `${outcome}, but only after ${tookMs} ms`
}

async function codeOf(evaluate: () => Json | Promise<Json>): Promise<string> {
  try {
    return `no failure: ${JSON.stringify(await evaluate()).slice(0, 100)}`
  } catch (thrown) {
    return (thrown as { code: string }).code
  }
}

test.each<[Json, Json]>([
  ['{{ inputs.magnitudeMin }}', 2],
  [' {{ inputs.magnitudeMin }}\n', 2],
  ['{{ inputs.none }}', null],
  ['{{ inputs.empty }}', []],
  ['id-{{ inputs.magnitudeMin }}.json', 'id-2.json'],
  ['{{ inputs.feed }}/{{ 1 + 1 }}', 'https://example.com/2'],
  ['{{ inputs.none }}{{ [1, 2] }}{{ true }}', 'null[1,2]true'],
  ['{{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
  ['{{ {"a": {"b": 1}}}}', { a: { b: 1 } }],
  ['{{ "}}" & \'}}\' }}', '}}}}'],
  ['{{ /* }} */ 1 }}', 1],
  ['{{ $replace("a}}b", /\\}\\}/, "-") }}', 'a-b'],
  ["{{ '{{' }}", '{{'],
  ['{{ steps.get.output.body.features.properties[mag >= $$.inputs.magnitudeMin] }}', { mag: 5 }],
  ['{{ steps.get.output.body.features.properties[mag >= $$.inputs.magnitudeMin][] }}', [{ mag: 5 }]],
  ['{{ steps.get.output.body.features.properties.mag }}', [1, 5]],
  ['{{ $sum(steps.get.output.body.features.properties.mag) }}', 6],
  ['{{ $map([1, 2], function($x) { $x + inputs.magnitudeMin }) }}', [3, 4]],
  ['{{ {} }}', {}],
  ['{{ [] }}', []],
  ['{{ [[1], []] }}', [[1], []]],
  [{ a: ['{{ inputs.none }}', 1, { b: 'x{{ 1 }}' }] }, { a: [null, 1, { b: 'x1' }] }],
  ['no expression', 'no expression'],
  [{ a: 1 }, { a: 1 }],
  [null, null],
])('%j becomes %j', async (template, expected) => {
  expect(compileTemplate(template).complaints).toEqual([])
  expect(await value(template)).toStrictEqual(expected)
})

test('constants and plain paths answer at once', () => {
  expect(value('{{ inputs.feed }}')).toBe('https://example.com')
  expect(value({ a: ['{{ inputs.magnitudeMin }}', 'x'] })).toEqual({ a: [2, 'x'] })
  expect(compileTemplate({ a: [1] }).template.constant).toBe(true)
  expect(compileTemplate('{{ inputs.feed }}').template.constant).toBe(false)
  expect(value('{{ 1 + 1 }}')).toBeInstanceOf(Promise)
})

test('what is nothing fails and names what is missing', async () => {
  expect(() => value('{{ inputs.fed }}')).toThrow('`inputs` has no `fed`, it has `feed`, `magnitudeMin`')
  expect(() => value('x {{ inputs.feed.a }}')).toThrow('`inputs.feed` is a string and has no `a`')
  await expect(value('{{ steps.get.output.rows.(a + b) }}')).rejects.toThrow('`steps.get.output` has no `rows`')
  expect(await failure('{{ steps.get.output.body.features[properties.mag > 9] }}')).toBe('lang.nothing')
})

test('nothing can count as something', async () => {
  expect(value('{{ inputs.fed }}', { nothing: null })).toBe(null)
  expect(await value('{{ inputs.fed.(a) }}', { nothing: '' })).toBe('')
})

test.each([
  ['{{ a + }}', 6],
  ['x {{ a b }}', 7],
  ['{{ "abc }}', 7],
  ['{{ }}', 2],
  ['{{ foo(1) }}', 3],
  ['{{ 1 }} {{ (1 }}', 13],
  ['{{ 1', 0],
  ['text {{ 1 } }', 5],
  ['{{ /(?=x)/ }}', 3],
  ['{{ $eval("1") }}', 2],
])('%s is complained about at character %i', (template, offset) => {
  const { complaints } = compileTemplate({ a: [template] }, { pointer: '/with' })
  expect(complaints).toMatchObject([{ code: 'lang.expression_invalid', pointer: '/with/a/0', offset }])
})

test('expressions nested deeper than the parser can go are complained about, and long ones', () => {
  for (const source of ['('.repeat(9_000), '['.repeat(9_000), '-'.repeat(19_000), `1${'+1'.repeat(15_000)}`]) {
    expect(compileTemplate(`{{ ${source} }}`).complaints).toHaveLength(1)
  }
})

test('text of the plugin’s own is not touched', () => {
  const { template, dynamic } = compileTemplate(
    { code: 'print("{{ x }}")', headers: { a: '{{ x }}', b: { c: '{{ x }}' } } },
    { literal: ['/code', '/headers/*'] },
  )
  expect(template.constant).toBe(true)
  expect(dynamic).toEqual([])
})

test('uses and mentions say what is read, and where', () => {
  const { template, mentions, dynamic } = compileTemplate(
    { url: 'a/{{ inputs.feed }}', n: '{{ tasks.a.output & tasks.b.output & run }}' },
    { pointer: '/w' },
  )
  expect([...template.uses.roots]).toEqual(['inputs', 'tasks', 'run'])
  expect(template.uses.members.get('tasks')).toEqual(new Set(['a', 'b']))
  expect(template.uses.members.get('run')).toBe(undefined)
  expect(mentions[0]).toEqual({ path: ['inputs', 'feed'], pointer: '/w/url', offset: 5, length: 11 })
  expect(dynamic).toEqual(['/w/url', '/w/n'])
})

test('a root that is read whole stays whole, whatever else is read of it', () => {
  for (const text of ['{{ tasks & tasks.a }}', '{{ tasks.a & $string(tasks) }}']) {
    expect(compileTemplate(text).template.uses.members.get('tasks')).toBe(undefined)
  }
})

test('the same arguments give the same answer', async () => {
  const text =
    '{{ {"a": $now(), "b": $millis(), "c": $random(), "d": $shuffle([1..20]), "e": $toMillis("12:00", "[H]:[m]")} }}'
  const first = await value(text)
  expect(await value(text)).toEqual(first)
  expect(first).toMatchObject({ a: '2026-01-02T03:04:05.000Z', b: options.nowMs, e: Date.UTC(2026, 0, 2, 12) })
  expect(await value(text, { seed: 8 })).not.toEqual(first)
})

test('each expression of a template rolls its own dice', async () => {
  const found = (await value({ a: '{{ $random() }}', b: '{{ $random() }}' })) as { a: number; b: number }
  expect(found.a).not.toBe(found.b)
})

test.each([
  '($f := function($x) { $f($x) }; $f(1))',
  '($f := function($x) { 1 + $f($x) }; $f(1))',
  '($f := function($x) { [$f($x), $f($x)] }; $f(1))',
  '$map([1..100000], function($x) { $map([1..100000], function($y) { $y }) })',
  '[1..1e9]',
  '[1..9999999]',
  "$pad('x', 1e9)",
  "$pad('x', -1e9, 'ab')",
  "$join($map([1..1000000], function($x) { 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }))",
  "$reduce([1..40], function($a, $b) { $a & $a }, 'x')",
  "$length($reduce([1..40], function($a, $b) { $a & $a }, 'x'))",
  '$reduce([1..40], function($a, $b) { {"a": $a, "b": $a} })',
  '$string($reduce([1..40], function($a, $b) { {"a": $a, "b": $a} }))',
  '$reduce([1..40], function($a, $b) { [[$a], [$a]] }) = 1',
  '$boolean($reduce([1..40], function($a, $b) { [[$a], [$a]] }))',
  '$reduce([1..60], function($a, $b) { $zip($a, $a) }, [1])',
  "$now('[Y,1000000000]')",
  "$fromMillis(0, '[Y,1000000000]')",
  "$toMillis('111111111111111111111111111111111111111111x', '[f][f][f][f][f][f][f][f][f][f][f][f][f][f][f][f]')",
])('%s ends quickly, and not with an answer', async (source) => {
  expect(await failure(`{{ ${source} }}`)).toBe('lang.expression_endless')
})

test('a search that is long for every match ends in time', async () => {
  const given = { inputs: { long: 'a'.repeat(200_000) } }
  expect(await failure('{{ $count($match(inputs.long, /a.*z|a/)) }}', given)).toBe('lang.expression_endless')
  expect(await failure('{{ $match(inputs.long, /(?:a?b?c?d?){200}z/) }}', given)).toBe('lang.expression_endless')
})

test('patterns that make other engines hang are answered', async () => {
  const text = `${'a'.repeat(60)}!`
  expect(await value(`{{ $contains("${text}", /^(a+)+$/) }}`)).toBe(false)
  expect(await value('{{ $replace("a1b22", /([a-z])([0-9]+)/, "$2$1") }}')).toBe('1a22b')
  expect(await value('{{ $split("a, b,c", /,\\s*/) }}')).toEqual(['a', 'b', 'c'])
  expect(await value('{{ $match("aXbx", /x/i).index }}')).toEqual([1, 3])
})

test.each([
  ['1 + "a"', 'lang.expression_failed'],
  ['1 / 0', 'lang.expression_failed'],
  ['$sqrt(-1)', 'lang.expression_failed'],
  ['$number("x")', 'lang.expression_failed'],
  ['$error("no")', 'lang.expression_failed'],
  ['$sum', 'lang.expression_failed'],
  ['function($x) { 1 }', 'lang.expression_failed'],
  ['{"a": $sum}', 'lang.expression_failed'],
  ['$nothing', 'lang.nothing'],
  ['$nothing(1)', 'lang.expression_failed'],
  ['inputs.feed.$$$', 'lang.nothing'],
  ['({"__proto__": 1})', 'lang.expression_failed'],
  ['($e := $eval; $e("1"))', 'lang.expression_invalid'],
])('%s fails with %s', async (source, code) => {
  expect(await failure(`{{ ${source} }}`)).toBe(code)
})

test.each([
  '__proto__',
  'constructor',
  'inputs.__proto__',
  'inputs.constructor.name',
  'inputs.toString',
  '$lookup(inputs, "constructor")',
  '$$.constructor',
])('%s reaches nothing', async (source) => {
  expect(await failure(`{{ ${source} }}`)).toBe('lang.nothing')
})

test('data that pretends to be a function of JSONata’s is not called', async () => {
  const given = {
    inputs: {
      f: { _jsonata_function: true, implementation: { apply: 'x' } },
      g: { _jsonata_lambda: true, body: { type: 'variable', value: '$' } },
    },
  }
  for (const source of ['($f := inputs.f; $f(1))', '($g := inputs.g; $g(1))', '$map([1], inputs.g)', '1 ~> inputs.f']) {
    expect(await failure(`{{ ${source} }}`, given)).toMatch(/^lang\.expression_/)
  }
})

test('results are plain: no marks, no shared sequences, no strange prototypes', async () => {
  const found = (await value('{{ {"a": steps.get.output.body.features.properties.mag, "b": [1..2]} }}')) as object
  expect(Object.getPrototypeOf(found)).toBe(Object.prototype)
  expect(found).toStrictEqual({ a: [1, 5], b: [1, 2] })
})

test('evaluations at the same time do not eat each other’s time', async () => {
  const slow = '{{ $sum($map([1..10000], function($x) { $x * 2 })) }}'
  await value(slow, { timeMsMax: 60_000 })
  const began = performance.now()
  await value(slow, { timeMsMax: 60_000 })
  const timeMsMax = 5 * (performance.now() - began) + 100
  const all = await Promise.all(Array.from({ length: 15 }, () => value(slow, { timeMsMax })))
  expect(new Set(all)).toEqual(new Set([100_010_000]))
})

test('compiling never throws, and what compiles without complaint ends', async () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{',
    '}',
    ' a',
    '.b',
    '[0]',
    '(',
    ')',
    '"',
    "'",
    '`',
    '/',
    '/*',
    '*/',
    '+',
    '$',
    '$sum',
    '~>',
    ',',
    ':',
    '1',
    '?',
    '..',
    '|',
    '\\',
    '\n',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 14 }), async (parts) => {
      const text = parts.join('')
      const { template, complaints } = compileTemplate(text)
      for (const { offset } of complaints) {
        expect(offset).toBeGreaterThanOrEqual(0)
        expect(offset).toBeLessThanOrEqual(text.length)
      }
      const outcome = await codeOf(() => template.evaluate({ a: { b: [1] } }, options))
      expect(outcome).toMatch(/^lang\.|^no failure/)
    }),
    { numRuns: 2000 },
  )
})
