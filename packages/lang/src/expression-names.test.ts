import jsonata from 'jsonata'
import { expect, test } from 'vitest'
import { type AstNode, findNames, pathNames } from './expression-names.ts'

function names(source: string): string {
  const { uses, anything } = findNames(jsonata(source).ast() as unknown as AstNode)
  return [...uses.map((use) => `${use.path.join('.')}@${use.start}`), ...(anything ? ['*'] : [])].join(' ')
}

test.each([
  ['inputs.feed', 'inputs.feed@0'],
  [
    'steps.get.output.body.features.properties[mag >= $$.inputs.magnitudeMin]',
    'steps.get.output.body.features.properties@0 inputs.magnitudeMin@52',
  ],
  ['steps.get[0].output', 'steps.get@0'],
  ['a.b[c = d].e', 'a.b@0'],
  ['a.(b + c)', 'a@0'],
  ['a.{"x": b, "y": $$.c}', 'a@0 c@19'],
  ['{"x": b}', 'b@6'],
  ['[a, b.c]', 'a@1 b.c@4'],
  ['a{b: $sum(c)}', 'a@0'],
  ['a^(>b.c, d)', 'a@0'],
  ['a ? b : c.d', 'a@0 b@4 c.d@8'],
  ['$map(items, function($i) { $i.x + base })', 'items@5 base@34'],
  ['items.$map(x, function($i) { base })', 'items@0'],
  ['($x := a.b; $x.c + d)', 'a.b@7 d@19'],
  ['a ~> $f(b)', 'a@0 b@8'],
  ['a ~> |b|{"c": d}|', 'a@0'],
  ['a#$i.b[$i > $$.c]', 'a.b@0 c@15'],
  ['a@$x.b[$x.c = d]', 'a.b@0'],
  ['`a b`.c', 'a b.c@2'],
  ['a."b c".d', 'a.b c.d@0'],
  ['$.a', 'a@2'],
  ['$$.a.b', 'a.b@3'],
  ['(a.b).c', 'a.b@1'],
  ['-a + 2 * b', 'a@1 b@9'],
  ['"text" & a', 'a@9'],
  ['a in b', 'a@0 b@5'],
  ['$exists(a.b) and not', 'a.b@8 not@17'],
  ['a[]', 'a@0'],
  ['a.b[].c', 'a.b.c@0'],
  ['/a+/', ''],
  ['$now()', ''],
  ['function($x) { $x + y }(1)', 'y@20'],
])('%s reads %s', (source, expected) => {
  expect(names(source)).toBe(expected)
})

test.each([
  '$$',
  '$',
  '*',
  '**.a',
  'a.b.%',
  '$keys()',
  '$lookup("a")',
  '$$[0]',
  '$string($$)',
  '($x := $$; $x.a)',
  '$$.*',
])('%s may read anything', (source) => {
  expect(names(source).endsWith('*')).toBe(true)
})

test.each(['a.*', 'a.**', 'a[$ > 1]', 'a.$keys()', 'a.$string()', '$map([1], $string)'])(
  '%s reads only what it names',
  (source) => {
    expect(names(source).endsWith('*')).toBe(false)
  },
)

test.each(['inputs', ' inputs.feed ', 'steps.get.output.rows[0].id', 'a[0][1].b', 'a.b[2]'])(
  'the names of the plain path %s need no parser',
  (source) => {
    const parsed = findNames(jsonata(source).ast() as unknown as AstNode)
    expect(pathNames(source)).toEqual(parsed)
  },
)
