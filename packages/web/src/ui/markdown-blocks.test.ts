import { expect, test } from 'vitest'
import { blocksOf, inlinesOf } from './markdown-blocks.ts'

test('paragraphs, lists, headings and code are told apart', () => {
  const blocks = blocksOf('One\ntwo.\n\n## Head\n- a\n  more\n- b\n\n```yaml\nid: x\n\n- y\n```\nEnd')
  expect(blocks).toEqual([
    { kind: 'paragraph', text: 'One two.' },
    { kind: 'heading', text: 'Head' },
    { kind: 'list', items: ['a more', 'b'] },
    { kind: 'code', text: 'id: x\n\n- y' },
    { kind: 'paragraph', text: 'End' },
  ])
})

test('code that is not closed ends with the text', () => {
  expect(blocksOf('```\na')).toEqual([{ kind: 'code', text: 'a' }])
  expect(blocksOf('')).toEqual([])
})

test('inline marks become parts, and HTML stays text', () => {
  expect(inlinesOf('a `b*c` **d** *e* [f](http://x) <b>g</b>')).toEqual([
    { kind: 'text', text: 'a ' },
    { kind: 'code', text: 'b*c' },
    { kind: 'text', text: ' ' },
    { kind: 'strong', text: 'd' },
    { kind: 'text', text: ' ' },
    { kind: 'emphasis', text: 'e' },
    { kind: 'text', text: ' ' },
    { kind: 'text', text: 'f' },
    { kind: 'text', text: ' <b>g</b>' },
  ])
})

test('stars that close nothing are stars', () => {
  expect(inlinesOf('2 * 3 = 6 **')).toEqual([{ kind: 'text', text: '2 * 3 = 6 **' }])
})
