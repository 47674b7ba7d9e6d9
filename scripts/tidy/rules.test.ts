// The rules themselves, on small made-up trees: each lets the good pass and says what is wrong with the bad.

import { expect, test } from 'vitest'
import { declaredImports, exportsHaveSources, manifestsWithinTable, projectReferences } from './manifests.ts'
import { browserRooms, pureRooms, sqlWithoutClock } from './purity.ts'
import { adaptersInApp, contractsWithoutDrivers, importTable, noCycles, nodeInFewRooms } from './rooms.ts'
import { treeOf } from './tree.ts'
import { exceptionsHaveReasons, filesStayShort, namesSaySomething, noForbiddenWords } from './words.ts'

type Manifest = Record<string, unknown>

/** A repository with these rooms, each with a door at src/index.ts, and whatever else is given. */
function house(texts: Record<string, string>, manifests: Record<string, Manifest> = {}) {
  const folders = [
    'packages/stdx',
    'packages/store',
    'packages/playbook',
    'packages/dispatch',
    'packages/web',
    'packages/app',
    'plugins/http',
    'e2e',
  ]
  const all: Record<string, string> = { 'package.json': JSON.stringify({ name: 'millrace', ...manifests['.'] }) }
  for (const folder of folders) {
    const [parent, room = parent] = folder.split('/')
    const door = { source: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' }
    const name = `@millrace/${parent === 'plugins' ? `plugin-${room}` : room}`
    all[`${folder}/package.json`] = JSON.stringify({ name, exports: { '.': door }, ...manifests[folder] })
    all[`${folder}/src/index.ts`] = 'export const door = 1\n'
  }
  return treeOf({ ...all, ...texts })
}

test('an import of the table passes, at any subpath and for types', () => {
  const tree = house({
    'packages/playbook/src/a.ts': `import { x } from '@millrace/stdx'\nexport * from '@millrace/lang'\nimport './b.ts'`,
    'packages/web/src/a.ts': `import type { Run } from '@millrace/api'\nimport { type Y } from '@millrace/api/screens'`,
    'packages/app/src/a.ts': `import '@millrace/api'\nimport '@millrace/store/pglite'`,
    'plugins/http/src/a.ts': `import { plugin } from '@millrace/plugin'`,
    'packages/store/src/a.test.ts': `import '@millrace/e2e/servers/postgres'`,
  })
  expect(importTable(tree)).toEqual([])
})

test('an import upwards, sideways or around the door is refused with its line', () => {
  const tree = house({
    'packages/stdx/src/a.ts': `\n\nimport { lang } from '@millrace/lang'`,
    'packages/playbook/src/a.ts': `export { p } from '@millrace/plugin'\nconst s = await import('@millrace/store')`,
    'packages/playbook/src/b.ts': `type S = import('@millrace/store').Store`,
    'packages/web/src/a.ts': `import { serve } from '@millrace/api'`,
    'plugins/http/src/a.ts': `import { x } from '@millrace/stdx'`,
    'packages/store/src/a.ts': `import { door } from '../../stdx/src/index.ts'`,
    'packages/store/src/b.ts': `import '@millrace/e2e/servers/postgres'`,
  })
  expect(importTable(tree)).toEqual([
    'packages/stdx/src/a.ts:3: stdx may not import lang, only: nothing.',
    'packages/playbook/src/a.ts:1: playbook may not import plugin, only: stdx, lang.',
    'packages/playbook/src/a.ts:2: playbook may not import store, only: stdx, lang.',
    'packages/playbook/src/b.ts:1: playbook may not import store, only: stdx, lang.',
    expect.stringContaining('packages/web/src/a.ts:1: web may not import api'),
    'plugins/http/src/a.ts:1: plugin-http may not import stdx, only: plugin.',
    'packages/store/src/a.ts:1: ../../stdx/src/index.ts climbs into another package; import it by its name.',
    'packages/store/src/b.ts:1: store may not import e2e, only: stdx.',
  ])
})

test('an import in a comment or a text is none', () => {
  const text = `// import '@millrace/app'\nexport const a = "import x from '@millrace/app'"\n/* import('@millrace/app') */`
  expect(importTable(house({ 'packages/stdx/src/a.ts': text }))).toEqual([])
})

test('an adapter is named by app and by tests, and by nobody else', () => {
  const text = `import { pglite } from '@millrace/store/pglite'`
  expect(adaptersInApp(house({ 'packages/app/src/a.ts': text, 'packages/access/src/a.test.ts': text }))).toEqual([])
  expect(adaptersInApp(house({ 'packages/dispatch/src/a.ts': text }))).toHaveLength(1)
  expect(adaptersInApp(house({ 'packages/api/src/a.ts': `type A = import('@millrace/olap/chdb').A` }))).toHaveLength(1)
})

test('an adapter may touch the machine, the contract beside it may not', () => {
  const text = `import { lock } from '@millrace/stdx/node'`
  const good = { 'packages/store/src/pglite.ts': text, 'packages/worker/src/a.ts': text, 'packages/app/src/a.ts': text }
  expect(nodeInFewRooms(house(good))).toEqual([])
  expect(nodeInFewRooms(house({ 'packages/store/src/index.ts': text }))).toHaveLength(1)
  expect(nodeInFewRooms(house({ 'packages/dispatch/src/a.ts': text }))).toHaveLength(1)
})

test('a driver belongs to its adapter and not to the contract', () => {
  const driver = `import pg from 'pg'`
  const good = {
    'packages/store/src/index.ts': `export * from './contract.ts'`,
    'packages/store/src/postgres.ts': driver,
  }
  expect(contractsWithoutDrivers(house({ ...good, 'packages/store/src/contract.ts': `import 'node:crypto'` }))).toEqual(
    [],
  )
  expect(contractsWithoutDrivers(house({ ...good, 'packages/store/src/contract.ts': driver }))).toHaveLength(1)
  const detour = { ...good, 'packages/store/src/contract.ts': `export * from './postgres.ts'` }
  expect(contractsWithoutDrivers(house(detour))).toHaveLength(1)
})

test('cycles are found in a package, between packages and through types', () => {
  const line = {
    'packages/stdx/src/a.ts': `import './b.ts'\nimport './c.ts'`,
    'packages/stdx/src/b.ts': `import './c.ts'`,
  }
  expect(noCycles(house({ ...line, 'packages/stdx/src/c.ts': '' }))).toEqual([])
  expect(noCycles(house({ ...line, 'packages/stdx/src/c.ts': `import type { A } from './a.ts'` }))).toEqual([
    expect.stringContaining('src/a.ts → packages/stdx/src/b.ts → packages/stdx/src/c.ts → packages/stdx/src/a.ts'),
  ])
  const between = house({
    'packages/stdx/src/index.ts': `import '@millrace/store'`,
    'packages/store/src/index.ts': `import '@millrace/stdx'`,
  })
  expect(noCycles(between)).toHaveLength(1)
  expect(noCycles(house({ 'packages/stdx/src/a.ts': `export * from './a.ts'` }))).toHaveLength(1)
})

test('what is declared may be imported, in tests also what is there for development', () => {
  const manifests = {
    '.': { devDependencies: { vitest: '4' } },
    'packages/store': {
      dependencies: { '@millrace/stdx': '*', pg: '8', '@scope/name': '1' },
      devDependencies: { '@types/x': '1' },
    },
  }
  const good = {
    'packages/store/src/a.ts': `import pg from 'pg'\nimport '@scope/name/deep/file.js'\nimport 'node:fs'\nimport '@millrace/stdx/node'`,
    'packages/store/src/a.test.ts': `import { test } from 'vitest'`,
  }
  expect(declaredImports(house(good, manifests))).toEqual([])
  const bad = {
    'packages/store/src/a.ts': `import 'ajv'\nimport { test } from 'vitest'\nimport fs from 'fs'`,
    'packages/store/src/a.test.ts': `import 'fast-check'`,
  }
  expect(declaredImports(house(bad, manifests))).toEqual([
    'packages/store/src/a.ts:1: ajv is not declared in packages/store/package.json.',
    'packages/store/src/a.ts:2: vitest is not declared in packages/store/package.json.',
    'packages/store/src/a.ts:3: write node:fs, or it could mean a package of that name.',
    'packages/store/src/a.test.ts:1: fast-check is not declared in packages/store/package.json.',
  ])
})

test('a manifest may not promise what the table forbids', () => {
  const on = (name: string) => house({}, { 'packages/store': { dependencies: { [name]: '*' } } })
  expect(manifestsWithinTable(on('@millrace/stdx'))).toEqual([])
  expect(manifestsWithinTable(on('@millrace/app'))).toEqual([
    'packages/store/package.json: store may not depend on app.',
  ])
  expect(manifestsWithinTable(on('@millrace/olap'))).toHaveLength(1)
})

test('a door without its source, or with the source behind dist, is refused', () => {
  const door = (exports: unknown) => house({}, { 'packages/stdx': { exports } })
  const whole = { source: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' }
  expect(exportsHaveSources(door({ '.': whole, './package.json': './package.json' }))).toEqual([])
  expect(exportsHaveSources(door({ './node': { ...whole, source: './src/node.ts' } }))).toHaveLength(1)
  expect(exportsHaveSources(door({ '.': { types: whole.types, default: whole.default } }))).toHaveLength(1)
  expect(
    exportsHaveSources(door({ '.': { default: whole.default, source: whole.source, types: whole.types } })),
  ).toHaveLength(1)
  expect(exportsHaveSources(door({ '.': './dist/index.js' }))).toHaveLength(1)
})

test('references are those of the dependencies, no more and no fewer', () => {
  const manifests = { 'packages/store': { dependencies: { '@millrace/stdx': '*' } } }
  const config = (...paths: string[]) => JSON.stringify({ references: paths.map((path) => ({ path })) })
  const root = { 'tsconfig.json': config('packages/stdx', 'packages/store'), 'packages/stdx/tsconfig.json': config() }
  const store = (...paths: string[]) => house({ ...root, 'packages/store/tsconfig.json': config(...paths) }, manifests)
  expect(projectReferences(store('../stdx'))).toEqual([])
  expect(projectReferences(store())).toEqual(['packages/store/tsconfig.json: has no reference to packages/stdx.'])
  expect(projectReferences(store('../stdx', '../playbook'))).toHaveLength(1)
  expect(
    projectReferences(
      house(
        { ...root, 'tsconfig.json': config('packages/stdx'), 'packages/store/tsconfig.json': config('../stdx') },
        manifests,
      ),
    ),
  ).toEqual(['tsconfig.json: has no reference to packages/store.'])
})

test('a room that also runs in a browser has nothing of Node, except behind a door for Node', () => {
  const good = {
    'packages/stdx/src/node.ts': `import './lock.ts'`,
    'packages/stdx/src/lock.ts': `import 'node:fs'\nprocess.exit(Buffer.length)`,
    'packages/lang/src/a.test.ts': `import 'node:fs'`,
    'packages/lang/src/a.ts': `export const of = (x: { process: number }) => x.process + ({ Buffer: 1 }).Buffer`,
  }
  expect(browserRooms(house(good))).toEqual([])
  expect(browserRooms(house({ ...good, 'packages/stdx/src/index.ts': `import './lock.ts'` }))).toHaveLength(3)
  expect(browserRooms(house({ 'packages/lang/src/a.ts': `import type { Readable } from 'node:stream'` }))).toHaveLength(
    1,
  )
  expect(browserRooms(house({ 'packages/plugin/src/a.ts': `export const b = Buffer.from('x')` }))).toHaveLength(1)
})

test('floor 2 takes time and chance as arguments', () => {
  const good = `
    export const next = (nowMs: number, fetch: () => void) => { fetch(); return new Date(nowMs).toISOString() }
    export interface Limits { process: number; setTimeout(): void }
    // Date.now() in a comment, and in a text:
    export const text = 'Math.random()'
    export const month = Date.UTC(2026, 0, 1) + Math.max(1, 2)`
  expect(pureRooms(house({ 'packages/playbook/src/a.ts': good }))).toEqual([])
  const bad = [
    'Date.now()',
    'new Date()',
    'Math.random()',
    'setTimeout(f, 1)',
    'fetch(url)',
    'process.env',
    'crypto.randomUUID()',
    'Date()',
    'performance.now()',
  ]
  for (const text of bad) {
    expect(pureRooms(house({ 'packages/playbook/src/a.ts': `export const a = ${text}` })), text).toHaveLength(1)
  }
  expect(pureRooms(house({ 'packages/dispatch/src/a.ts': 'export const a = Date.now()' }))).toEqual([])
})

test('SQL takes the time as a parameter', () => {
  const good = [
    '`select $1::bigint as now`',
    '`insert into run (id, at) values (${now()}, $2)`',
    `'call me now() or never'`,
    '`select now_ms, random_id from run`',
  ]
  for (const text of good) {
    expect(sqlWithoutClock(house({ 'packages/dispatch/src/a.ts': `export const a = ${text}` })), text).toEqual([])
  }
  const bad = [
    '`select now()`',
    '`create table a (at timestamptz default NOW ())`',
    `'delete from a where random() < 0.5'`,
    '`update a set at = current_timestamp`',
    '`SELECT generateUUIDv4(), ${x}`',
  ]
  for (const text of bad) {
    expect(sqlWithoutClock(house({ 'packages/dispatch/src/a.ts': `export const a = ${text}` })), text).toHaveLength(1)
  }
  expect(
    sqlWithoutClock(house({ 'packages/dispatch/src/schema/1.sql': 'create table a (at timestamptz default now())' })),
  ).toHaveLength(1)
})

test('files are called after what they hold', () => {
  const named = (path: string) => namesSaySomething(house({ [path]: '' }))
  for (const path of ['packages/web/src/run-graph.tsx', 'packages/lang/src/typed.ts', 'scripts/a.test.ts']) {
    expect(named(path), path).toEqual([])
  }
  for (const path of [
    'packages/web/src/utils.ts',
    'packages/web/src/helpers/a.ts',
    'packages/lang/src/types.ts',
    'packages/lang/src/run-manager.ts',
    'packages/web/src/common/x.ts',
    'packages/web/src/RunGraph.tsx',
  ]) {
    expect(named(path), path).toHaveLength(1)
  }
})

test('a file ends at 500 lines, a test when it is done', () => {
  const lines = (count: number) => 'export {}\n'.repeat(count)
  expect(
    filesStayShort(house({ 'packages/lang/src/a.ts': lines(500), 'packages/lang/src/a.test.ts': lines(900) })),
  ).toEqual([])
  expect(filesStayShort(house({ 'packages/lang/src/a.ts': lines(501) }))).toHaveLength(1)
  expect(filesStayShort(house({ 'scripts/bootstrap/a.mjs': lines(600) }))).toHaveLength(1)
})

test('words that belong to one machine or to nobody are found with their line', () => {
  const words = (path: string, text: string) => noForbiddenWords(house({ [path]: text }))
  for (const text of ['networking: /home/work/x', 'the llama and the cloud', 'not shared', 'install it']) {
    expect(words('docs/a.md', text), text).toEqual([])
  }
  for (const text of [
    'see\n/work/main',
    'https://registry.example.org/x',
    'ask Claude',
    'an LLM wrote it',
    'AI-generated',
    '../shared/data',
  ]) {
    expect(words('docs/a.md', text), text).toHaveLength(1)
  }
  expect(words('docs/a.md', 'a\nb\n/work/x')[0]).toMatch(/^docs\/a\.md:3: /)
  const guarded = `const data = '../shared/data'\ntest.runIf(existsSync(data))('x', () => {})`
  expect(words('examples/a.test.ts', guarded)).toEqual([])
  expect(words('examples/a.test.ts', `readFileSync('../shared/data')`)).toHaveLength(1)
  expect(words('examples/a.ts', guarded)).toHaveLength(1)
})

test('a rule is switched off for one line and with a reason', () => {
  const line = (text: string) => exceptionsHaveReasons(house({ 'packages/lang/src/a.ts': text }))
  expect(line('// oxlint-disable-next-line no-shadow -- the outer one is done with')).toEqual([])
  expect(line('// biome-ignore format: a table reads better')).toEqual([])
  expect(line('// oxlint-disable-next-line no-shadow')).toHaveLength(1)
  expect(line('/* eslint-disable */')).toHaveLength(1)
  expect(line('// biome-ignore format:')).toHaveLength(1)
})
