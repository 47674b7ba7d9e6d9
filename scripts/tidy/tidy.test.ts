// Holds the house together: every rule over every file of the repository. The rules are tested in rules.test.ts.

import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rules } from './rules.ts'
import { readTree } from './tree.ts'

const tree = readTree(fileURLToPath(new URL('../..', import.meta.url)))

test.each(Object.entries(rules))('%s', (_, rule) => {
  expect(rule(tree)).toEqual([])
})

test('the tree that was read is the repository', () => {
  expect(tree.get('scripts/tidy/tidy.test.ts')?.text).toContain('Holds the house together')
  expect(tree.files.length).toBeGreaterThan(100)
  expect(tree.files.filter(({ path }) => /(^|\/)(node_modules|dist|\.git)\//.test(path))).toEqual([])
})
