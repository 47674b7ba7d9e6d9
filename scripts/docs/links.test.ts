import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readTree } from '../tidy/tree.ts'
import { brokenLinks } from './links.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('every link of every page leads somewhere', () => {
  const pages = new Map(
    readTree(root)
      .files.filter(({ path }) => path.endsWith('.md'))
      .map(({ path, text }) => [path, text]),
  )
  expect(pages.size).toBeGreaterThan(10)
  expect(brokenLinks({ pages, exists: (path) => existsSync(join(root, path)) })).toEqual([])
})

const other = '# The `other` page\n\n## Twice\n\n## Twice\n\n<a id="olap.denied"></a> here\n\n```md\n# not one\n```\n'

function faults(text: string): readonly string[] {
  const pages = new Map([
    ['docs/page.md', text],
    ['docs/other.md', other],
  ])
  const there = new Set(['docs/page.md', 'docs/other.md', 'docs', 'picture.png'])
  return brokenLinks({ pages, exists: (path) => there.has(path.replace(/\/$/, '')) })
}

test.each([
  '[a page](other.md)',
  '[a heading](other.md#the-other-page)',
  '[the second of a name](other.md#twice-1)',
  '[a code](other.md#olap.denied) and [another](other.md)',
  '# Here\n\n[itself](#here)',
  '![a picture](../picture.png "with a title")',
  '[a folder](../docs/)',
  '[elsewhere](https://example.com/nothing#there)',
  'in code: `[x](nowhere.md)` and ``[y](`nowhere.md)``',
  '```md\n[in a block](nowhere.md)\n```',
  '<a href="other.md">in HTML</a>',
])('%j leads somewhere', (text) => {
  expect(faults(text)).toEqual([])
})

test.each([
  '[gone](nowhere.md)',
  '[no such heading](other.md#elsewhere)',
  '[a heading in a block of code](other.md#not-one)',
  '[the third of two](other.md#twice-2)',
  '[not on this page](#here)',
  '![no picture](../gone.png)',
  '[out of the house](../../secret.md)',
  '[from the root](/docs/other.md)',
  '<img src="gone.png">',
  '[by reference][one]\n\n[one]: nowhere.md',
])('%j leads nowhere', (text) => {
  expect(faults(text)).toHaveLength(1)
})
