import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { disagreements } from './bootstrap/manifests.mjs'
import { completeLock, missingBinaries, platformOf } from './complete-lock.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')

test('the lock knows the binaries of every platform', () => {
  expect(missingBinaries(JSON.parse(text))).toEqual([])
})

test('the lock fits the manifests', () => {
  expect(disagreements(root, JSON.parse(text))).toEqual([])
})

test('the lock names no registry', () => {
  expect(text.match(/"resolved": "(?!packages\/|plugins\/|e2e|bench)[^"]*"/g)).toBeNull()
})

test('a missing binary is added with its platform, where Node looks for it, in the order of npm', () => {
  const tool = {
    version: '1.0.0',
    dev: true,
    optionalDependencies: { '@t/win32-x64': '1.0.0', '@t/linux-x64': '1.0.0', any: '^2.0.0' },
  }
  const there = { version: '1.0.0', integrity: 'sha512-x', optional: true }
  const lock = { packages: { 'node_modules/tool': tool, 'node_modules/@t/linux-x64': there } }
  expect(missingBinaries(lock)).toEqual([{ name: '@t/win32-x64', version: '1.0.0', parent: 'node_modules/tool' }])
  const { packages } = completeLock(lock)
  expect(Object.keys(packages)).toEqual(['node_modules/@t/linux-x64', 'node_modules/@t/win32-x64', 'node_modules/tool'])
  expect(packages['node_modules/@t/win32-x64']).toEqual({
    version: '1.0.0',
    cpu: ['x64'],
    dev: true,
    optional: true,
    os: ['win32'],
  })
  expect(completeLock({ packages })).toEqual({ packages })
})

test('another version of the same binary stays, and the missing one goes below its parent', () => {
  const tool = { version: '2.0.0', optionalDependencies: { 'b-darwin-arm64': '2.0.0' } }
  const other = { version: '1.0.0', optional: true }
  const { packages } = completeLock({ packages: { 'node_modules/tool': tool, 'node_modules/b-darwin-arm64': other } })
  expect(packages['node_modules/b-darwin-arm64']).toBe(other)
  expect(packages['node_modules/tool/node_modules/b-darwin-arm64']?.version).toBe('2.0.0')
  expect(missingBinaries({ packages })).toEqual([])
})

test('the name of a binary says its platform', () => {
  expect(platformOf('@chdb/lib-linux-arm64-gnu')).toEqual({ os: ['linux'], cpu: ['arm64'], libc: ['glibc'] })
  expect(platformOf('@oxlint/binding-linux-arm-musleabihf')).toEqual({ os: ['linux'], cpu: ['arm'], libc: ['musl'] })
  expect(platformOf('@tailwindcss/oxide-wasm32-wasi')).toEqual({ cpu: ['wasm32'] })
  expect(() => platformOf('@t/extra')).toThrow('does not say for which platform')
})
