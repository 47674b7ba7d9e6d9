import { test } from 'vitest'
import { parse } from './index.ts'
import { plugins } from './testdata/plugins.ts'

test('perf', () => {
  const H = 'apiVersion: millrace.io/v1\nkind: Playbook\nmetadata: { name: x }\ninputs: { a: {} }\n'
  const many = (make: (i: number) => string, n: number) =>
    `${H}tasks: { t: { steps: [{ id: a, plugin: transform, with: { value: [\n${Array.from({ length: n }, (_, i) => `  ${make(i)}`).join(',\n')}\n ] } }] } }`
  const blocks = (make: (i: number) => string, n: number) =>
    `${H}tasks:\n  t:\n    steps:\n      - id: a\n        plugin: transform\n        with:\n          value:\n${Array.from({ length: n }, (_, i) => `          - ${make(i)}`).join('\n')}\n`
  const cases: Record<string, string> = {
    exprs: many((i) => `"{{ a${i}+1 }}"`, 40000),
    bad: many((i) => `"{{ a${i}+ }}"`, 40000),
    unclosed: blocks((i) => `"{{(((((((("`, 40000),
    long: many((i) => `"{{ ${`a${i}+`.repeat(2500)}1 }}"`, 40),
    nested: blocks((i) => `"{{ ${'('.repeat(400)}${i}${')'.repeat(400)} }}"`, 500),
    nested2: blocks((i) => `"{{ ${'-'.repeat(3000)}${i} }}"`, 200),
    regex: blocks((i) => `"{{ /(x{0,900})${i}/ }}"`, 20000),
    braces: blocks((i) => `"${'{{ ('.repeat(200)}"`, 500),
    quotes: blocks((i) => `'${'{{ "'.repeat(2000)}'`, 40),
    slashes: blocks((i) => `'{{ ${'/('.repeat(4000)} }}'`, 40),
    schemas: `${H.replace('inputs: { a: {} }\n', '')}inputs:\n${Array.from({ length: 33 }, (_, i) => `  i${i}: { type: object, properties: { ${Array.from({ length: 19 }, (_, k) => `p${k}: { type: string, pattern: "a{0,900}a{0,${i}}${k}" }`).join(', ')} } }`).join('\n')}\ntasks: { t: { steps: [{ id: a, plugin: transform, with: { value: 1 } }] } }`,
  }
  for (const [name, text] of Object.entries(cases)) {
    const t = performance.now()
    const p = parse(text, { plugins })
    console.log(
      `> ${name} ${text.length} ${(performance.now() - t).toFixed(0)} ms`,
      p.complaints.length,
      p.complaints[0]?.code,
      p.complaints[0]?.message.slice(0, 100),
    )
  }
}, 600000)
