// docs/dependencies.md and the manifests say the same.

import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readTree, type Tree, treeOf } from '../tidy/tree.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** `name line (who uses it)`, for everything of others that a manifest asks for. */
function declared(tree: Tree): readonly string[] {
  const users = new Map<string, string[]>()
  for (const { path, text } of tree.files) {
    if (!/(^|\/)package\.json$/.test(path)) continue
    const { dependencies, devDependencies } = JSON.parse(text) as Manifest
    for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
      if (name.startsWith('@millrace/')) continue
      const key = `${name} ${range}`
      users.set(key, [...(users.get(key) ?? []), dirname(path)])
    }
  }
  return [...users].map(([key, folders]) => `${key} (${folders.sort().join(', ')})`).sort()
}

/** The same, as the page's tables say. */
function documented(page: string): readonly string[] {
  return [...page.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \| [^|]+ \|/gm)]
    .map(([, name, line, users = '']) => `${name} ${line} (${users.trim()})`)
    .sort()
}

test('every dependency of every manifest has its line, and no line is stale', () => {
  expect(documented(readFileSync(`${root}docs/dependencies.md`, 'utf8'))).toEqual(declared(readTree(root)))
})

test('two lines of one dependency, and a line of another version, would be found', () => {
  const tree = treeOf({
    'package.json': '{ "devDependencies": { "vitest": "~4.1", "@millrace/e2e": "*" } }',
    'packages/a/package.json': '{ "dependencies": { "yaml": "^2" } }',
    'packages/b/package.json': '{ "dependencies": { "yaml": "^2" }, "devDependencies": { "vitest": "^4" } }',
  })
  expect(declared(tree)).toEqual(['vitest ^4 (packages/b)', 'vitest ~4.1 (.)', 'yaml ^2 (packages/a, packages/b)'])
  expect(documented('| `yaml` | `^2` | packages/a | YAML | |\n| other | `1` | . | x | |\n')).toEqual([
    'yaml ^2 (packages/a)',
  ])
})
