// Every file of `testdata/bad` begins with the complaints it must yield, as comments: `#! line:column code message`.

import { readdirSync, readFileSync } from 'node:fs'
import { errorCatalogs } from '@millrace/stdx'
import { expect, test } from 'vitest'
import { parse } from './index.ts'
import { plugins } from './testdata/plugins.ts'

const folder = new URL('testdata/bad/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

const declared = [...errorCatalogs].flatMap(([room, entries]) => Object.keys(entries).map((name) => `${room}.${name}`))

test.each(files)('%s yields the complaints it names', (file) => {
  const text = readFileSync(new URL(file, folder), 'utf8')
  const expected = text
    .split('\n')
    .filter((line) => line.startsWith('#! '))
    .map((line) => line.slice(3))
  const parsed = parse(text, { plugins })
  const found = parsed.complaints.map(
    ({ line, column, code, message, hint }) =>
      `${line}:${column} ${code} ${message}${hint === undefined ? '' : ` ${hint}`}`,
  )
  expect(found).toEqual(expected)
  for (const { code } of parsed.complaints) expect(declared).toContain(code)
  const onlyNotYet = parsed.complaints.every(({ code }) => code === 'playbook.not_yet')
  expect(parsed.playbook === undefined).toBe(!onlyNotYet)
})
