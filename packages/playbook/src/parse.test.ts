import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from './index.ts'
import { plugins } from './testdata/plugins.ts'

const week = readFileSync(new URL('testdata/week.yaml', import.meta.url), 'utf8')

test('the playbook of the manual parses; what does not run yet is said, key by key', () => {
  const parsed = parse(week, { plugins })
  expect(parsed.complaints.map((complaint) => `${complaint.line} ${complaint.code} ${complaint.message}`)).toEqual([])
})
