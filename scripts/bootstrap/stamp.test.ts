import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compareWithStamp, filesUnder } from './stamp.mjs'

let folder: string
let stamp: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-stamp-'))
  stamp = join(folder, '.millrace', 'made.json')
  write('a.ts', 'one')
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const compare = () => compareWithStamp(stamp, filesUnder(folder))

test('nothing is fresh before it was made, everything is after', () => {
  expect(compare().fresh).toBe(false)
  compare().remember()
  expect(compare().fresh).toBe(true)
})

test('a changed, added or removed file makes it stale', () => {
  write('b.ts', 'two')
  compare().remember()
  write('a.ts', 'other')
  expect(compare().fresh).toBe(false)
  write('a.ts', 'one')
  expect(compare().fresh).toBe(true)
  write('c.ts', '')
  expect(compare().fresh).toBe(false)
  rmSync(join(folder, 'c.ts'))
  rmSync(join(folder, 'b.ts'))
  expect(compare().fresh).toBe(false)
})

test('a file that was only touched is still fresh', () => {
  compare().remember()
  utimesSync(join(folder, 'a.ts'), 1, 1)
  expect(compare().fresh).toBe(true)
})

test('a change made while building is seen the next time', () => {
  const before = compare()
  write('a.ts', 'changed meanwhile')
  before.remember()
  expect(compare().fresh).toBe(false)
})

test('a torn stamp counts as none', () => {
  compare().remember()
  writeFileSync(stamp, '{"quick":"ab')
  expect(compare().fresh).toBe(false)
})

test('what was made is no source', () => {
  for (const name of ['node_modules', 'dist', 'src']) {
    mkdirSync(join(folder, name))
    write(`${name}/x.ts`, '')
  }
  expect(filesUnder(folder).map((path) => relative(folder, path))).toEqual(['a.ts', 'src/x.ts'])
  expect(filesUnder(join(folder, 'absent'))).toEqual([])
})
