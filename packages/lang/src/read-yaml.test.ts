import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readYaml } from './index.ts'

function faults(text: string, options?: { bytesMax: number }) {
  return readYaml(text, options).complaints.map(({ code, line, column }) => `${code} ${line}:${column}`)
}

test('plain YAML and plain JSON read the same', () => {
  expect(readYaml('a: 1\nb: [x, {c: null}]\n').value).toEqual({ a: 1, b: ['x', { c: null }] })
  expect(readYaml('{"a": 1, "b": ["x", {"c": null}]}').value).toEqual({ a: 1, b: ['x', { c: null }] })
  expect(readYaml('').value).toBe(null)
  expect(readYaml('a: &x [1]\nb: *x\n').value).toEqual({ a: [1], b: [1] })
})

test.each([
  ['a tab before a key', 'a:\n\tb: 1\n', ['lang.yaml_tab 2:1']],
  ['a tab behind spaces', 'a:\n  b: 1\n \tc: 2\n', ['lang.yaml_tab 3:2']],
  ['the same key twice', 'a: 1\nb: 2\na: 3\n', ['lang.yaml_duplicate_key 3:1']],
  ['the same key twice, deep inside', 'x:\n  - {k: 1, k: 2}\n', ['lang.yaml_duplicate_key 2:12']],
  ['a key that is a number', 'x:\n  5: a\n', ['lang.yaml_key 2:3']],
  ['a key that is a list', '? [a]\n: 1\n', ['lang.yaml_key 1:3']],
  ['a key that would reach a prototype', 'x: {__proto__: {admin: true}}\n', ['lang.yaml_key 1:5']],
  ['a second document', 'a: 1\n---\nb: 2\n', ['lang.yaml_several_documents 2:1']],
  ['a bracket that is never closed', 'a: [1, 2\n', ['lang.yaml_invalid 2:1']],
  ['a quote that is never closed', 'a: "x\n', ['lang.yaml_invalid 2:1']],
  ['a mapping where none can be', 'a: b: c\n', ['lang.yaml_invalid 1:4']],
  ['a number that JSON does not have', 'a: .nan\n', ['lang.yaml_value 1:4']],
  ['a tag that nobody knows', 'a: !secret x\n', ['lang.yaml_value 1:4']],
  ['an alias to nothing', 'a: *x\n', ['lang.yaml_invalid 1:4']],
  ['an alias inside what it names', 'a: &x [*x]\n', ['lang.yaml_alias_bomb 1:8']],
])('%s is refused where it stands', (_, text, expected) => {
  const source = readYaml(text)
  expect(faults(text)).toEqual(expected)
  expect(source.value).toBe(undefined)
})

test('an alias bomb is weighed, not expanded', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 20; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    )
  expect(faults(lines.join('\n'))).toEqual(['lang.yaml_alias_bomb 5:9'])
})

test('ten megabytes are refused before they are parsed', () => {
  expect(faults('a: b\n'.repeat(2_000_000))).toEqual(['lang.yaml_too_large 1:1'])
})

test('the limit counts bytes, not characters', () => {
  expect(faults(`a: ${'é'.repeat(60)}`, { bytesMax: 100 })).toEqual(['lang.yaml_too_large 1:1'])
  expect(faults(`a: ${'e'.repeat(60)}`, { bytesMax: 100 })).toEqual([])
})

test.each([
  ['brackets', '['.repeat(100_000)],
  ['braces', '{a: '.repeat(50_000)],
  ['dashes', '- '.repeat(100_000)],
  ['closed brackets', '['.repeat(300) + ']'.repeat(300)],
  ['lines', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
])('%s nested without end are refused quickly', (_, text) => {
  expect(faults(text)[0]).toMatch(/^lang.yaml_too_deep /)
})

test('many keys do not take quadratic time, and too many are refused before they are parsed', () => {
  const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}: 1`).join('\n')
  expect(faults(keys(90_000), { bytesMax: 2_000_000 })).toEqual([])
  expect(faults(keys(110_000), { bytesMax: 2_000_000 })).toEqual(['lang.yaml_too_large 1:1'])
})

test('what can be made out of a faulty text is there to be drawn', () => {
  const source = readYaml('tasks:\n  a: {needs: [b]}\n  b: [')
  expect(source.value).toBe(undefined)
  expect(source.partial).toEqual({ tasks: { a: { needs: ['b'] }, b: [] } })
})

test('a pointer leads to its key and to its value', () => {
  const source = readYaml('a:\n  b/c: [1, hello]\n')
  expect(source.place('/a/b~1c/1')).toEqual({ line: 2, column: 12, endLine: 2, endColumn: 17 })
  expect(source.place('/a/b~1c', 'key')).toEqual({ line: 2, column: 3, endLine: 2, endColumn: 6 })
})

test('a pointer to nothing leads to its nearest parent', () => {
  const source = readYaml('a:\n  b: 1\n')
  expect(source.place('/a/x/y', 'key')).toMatchObject({ line: 1, column: 1 })
  expect(source.place('/z')).toMatchObject({ line: 1, column: 1 })
})

/** Where `<` stands in the value, the text must have it too. */
test.each([
  ['plain', 'k: ab <x\n'],
  ['plain over lines', 'k: ab\n  cd <x\n'],
  ['in double quotes', 'k: "a\\tb\\u0041 \\"<x"\n'],
  ['in double quotes over lines', 'k: "ab\n  cd <x"\n'],
  ['in double quotes with a blank line', 'k: "ab\n\n  cd <x"\n'],
  ['in double quotes with a joined line', 'k: "ab\\\n   cd <x"\n'],
  ['in single quotes', "k: 'it''s <x'\n"],
  ['in a block', 'k: |\n  ab\n    cd\n\n  ef <x\n'],
  ['in a block with an indicator', 'k: |-\n    ab\n    <x\n'],
  ['in a folded block', 'k: >\n  ab\n  cd\n\n  ef <x\n'],
  ['in a folded block with deeper lines', 'k: >\n  ab\n    cd\n  ef <x\n'],
  ['in a list', 'k:\n  - a\n  - |\n    b <x\n'],
])('a character %s is found in the text', (_, text) => {
  const source = readYaml(text)
  const pointer = text.includes('- a') ? '/k/1' : '/k'
  const value = (source.value as Record<string, string | string[]>)['k']
  const string = Array.isArray(value) ? (value[1] ?? '') : (value ?? '')
  const place = source.placeIn(pointer, string.indexOf('<'))
  expect(text.split('\n')[place.line - 1]?.[place.column - 1]).toBe('<')
})

test('reading never throws, and every complaint has a place in the text', () => {
  const pieces = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '"',
    "'",
    '|\n',
    '\t',
    '#',
    '? ',
    '--- ',
    '!x ',
    ', ',
    '%',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      const source = readYaml(text)
      const lines = text.split('\n').length
      for (const complaint of source.complaints) {
        expect(complaint.line).toBeGreaterThanOrEqual(1)
        expect(complaint.line).toBeLessThanOrEqual(lines)
      }
      expect(source.value === undefined).toBe(source.complaints.length > 0)
    }),
    { numRuns: 2000 },
  )
})
