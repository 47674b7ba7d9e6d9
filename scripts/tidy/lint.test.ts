// What oxlint holds for us (function length, given-up types, tests left out, default exports, promises to do it later)
// is not written again as a rule of ours; but that our configuration holds it is tested.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-lint-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The rules that oxlint finds broken, as an error, in a file with this text. */
async function broken(name: string, text: string): Promise<string[]> {
  const path = join(folder, name)
  await writeFile(path, text)
  const args = [
    join(root, 'node_modules/oxlint/bin/oxlint'),
    '--quiet',
    '--format=json',
    '-c',
    join(root, '.oxlintrc.json'),
    path,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((failed: { stdout: string }) => failed)
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] }
  return diagnostics.map(({ code }) => code.replace(/^.*\((.*)\)$/, '$1'))
}

const lines = (count: number, line: string) => `export function long() {\n${`${line}\n`.repeat(count)}}\n`

test('a function ends at 70 lines, comments not counted', async () => {
  expect(await broken('a.ts', lines(68, '  call()'))).toEqual([])
  expect(await broken('b.ts', lines(100, '  // why'))).toEqual([])
  expect(await broken('c.ts', lines(69, '  call()'))).toEqual(['max-lines-per-function'])
  expect(await broken('d.test.ts', lines(200, '  call()'))).toEqual([])
})

test('types are not given up', async () => {
  expect(await broken('a.ts', 'export const a = (x: unknown) => x as string\n')).toEqual([])
  expect(await broken('b.ts', 'export const a = (x: unknown) => x as any\n')).toEqual(['no-explicit-any'])
  expect(await broken('c.ts', '// @ts-ignore\nexport const a = 1\n')).toEqual(['ban-ts-comment'])
})

test('what is exported has a name', async () => {
  expect(await broken('a.ts', 'export const a = 1\n')).toEqual([])
  expect(await broken('b.ts', 'const a = 1\nexport default a\n')).toEqual(['no-default-export'])
})

test('no promise to do it later', async () => {
  expect(await broken('a.ts', '// Later versions hold more.\nexport const a = 1\n')).toEqual([])
  for (const word of ['TODO', 'FIXME', 'hack']) {
    expect(await broken('b.ts', `// ${word}: the rest\nexport const a = 1\n`)).toEqual(['no-warning-comments'])
  }
})

test('every test runs', async () => {
  const file = (call: string) => `import { expect, test } from 'vitest'\n${call}('a', () => expect(1).toBe(1))\n`
  expect(await broken('a.test.ts', file('test'))).toEqual([])
  expect(await broken('b.test.ts', file('test.runIf(process.env.SERVER)'))).toEqual([])
  expect(await broken('c.test.ts', file('test.skip'))).toEqual(['no-disabled-tests'])
  expect(await broken('d.test.ts', file('test.only'))).toEqual(['no-focused-tests'])
  expect(await broken('e.test.ts', `import { test } from 'vitest'\ntest.todo('a')\n`)).toEqual(['warn-todo'])
})
