import { readdirSync, readFileSync } from 'node:fs'
import { checkSchema, compileSchema, readYaml } from '@millrace/lang'
import { expect, test } from 'vitest'
import { parse, playbookSchema } from './index.ts'
import { plugins } from './testdata/plugins.ts'

const schema = playbookSchema(plugins)
const read = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8')

function pointers(text: string): string[] {
  return compileSchema(schema)
    .check(readYaml(text).value)
    .map(({ pointer }) => pointer)
}

test('the published schema is one, and the playbook of the manual fits it', () => {
  expect(checkSchema(schema)).toEqual([])
  expect(pointers(read('week.yaml'))).toEqual([])
})

test('it refuses what it can: unknown keys, wrong kinds, wrong `with`', () => {
  expect(pointers(read('week.yaml').replace('secrets:', 'secret:'))).toEqual(['/secret'])
  expect(pointers(read('week.yaml').replace('catchUp: latest', 'catchUp: now'))).toEqual([
    '/triggers/hourly/schedule/catchUp',
  ])
  expect(pointers(read('week.yaml').replace('expect: json', 'expct: json'))).toEqual([
    '/tasks/fetch/steps/0/with/expct',
  ])
  expect(pointers(read('week.yaml').replace('timeout: 30s', 'timeout: 30'))).toEqual(['/tasks/fetch/steps/0/timeout'])
})

test('it never refuses what `parse` accepts', () => {
  const bad = readdirSync(new URL('testdata/bad/', import.meta.url)).map((name) => read(`bad/${name}`))
  for (const text of [read('week.yaml'), ...bad]) {
    if (parse(text, { plugins }).playbook !== undefined) expect(pointers(text)).toEqual([])
  }
})
