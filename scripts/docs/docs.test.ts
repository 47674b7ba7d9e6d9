// The reference is what the sources say today: whoever changes a declaration runs `npm run docs` and commits what it writes.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { descriptions } from '@millrace/app'
import { parse } from '@millrace/playbook'
import { errorCatalogs } from '@millrace/stdx'
import { beforeAll, expect, test } from 'vitest'
import type { Page } from './page.ts'
import { pagesOf } from './pages.ts'
import { playbookExamples } from './playbook-examples.ts'
import { serverAnswers } from './server-answers.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

let pages: readonly Page[]
beforeAll(async () => {
  pages = pagesOf(await serverAnswers())
}, 180_000)

const names = ['api', 'command-line', 'configuration', 'errors', 'messages', 'metrics', 'playbook', 'plugins']
const messages = ['run', 'cancel', 'started', 'alive', 'completed', 'failed'].map((word) => `io.millrace.step.${word}`)
const paths = [
  ...names.map((name) => `docs/reference/${name}.md`),
  ...['playbook', ...messages].map((name) => `docs/reference/generated/${name}.schema.json`),
]

test.each(paths)('%s says what the sources say; if not, run `npm run docs`', (path) => {
  const page = pages.find((it) => it.path === path)
  expect(readFileSync(root + path, 'utf8')).toBe(page?.text)
})

test('every page of the reference is made from the sources', () => {
  expect(pages.map(({ path }) => path).sort()).toEqual([...paths].sort())
  const there = readdirSync(`${root}docs/reference`).filter((name) => name.endsWith('.md'))
  expect(there.sort()).toEqual(names.map((name) => `${name}.md`))
})

test('the errors of every room are in the catalogue', () => {
  const rooms = readdirSync(`${root}packages`).filter((room) =>
    readdirSync(`${root}packages/${room}/src`).includes('errors.ts'),
  )
  expect([...errorCatalogs.keys()].sort()).toEqual(rooms.sort())
})

const plugins = new Map(descriptions.map((plugin) => [plugin.name, plugin]))
const head = {
  apiVersion: 'apiVersion: millrace.io/v1\n',
  kind: 'kind: Playbook\n',
  metadata: 'metadata: { name: example }\n',
  tasks: 'tasks: { only: { steps: [{ id: one, plugin: transform, with: { value: 1 } }] } }\n',
}

/** What the example leaves out is added; what later versions bring is no fault of an example. */
function complaintsOf(example: string): readonly string[] {
  const lacking = Object.entries(head).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(example))
  return parse(`${lacking.map(([, text]) => text).join('')}${example}`, { plugins })
    .complaints.filter(({ code }) => code !== 'playbook.not_yet')
    .map(({ line, column, message }) => `${line}:${column} ${message}`)
}

test('the whole example of the language can be published', () => {
  expect(parse(playbookExamples.whole, { plugins }).complaints).toEqual([])
})

test.each(Object.entries(playbookExamples.parts))('the example of `%s` parses', (path, example) => {
  expect(complaintsOf(example)).toEqual([])
  expect(pages.find((page) => page.path.endsWith('playbook.md'))?.text).toContain(`## \`${path}\``)
})

test('an example with a fault would be found', () => {
  expect(complaintsOf('triggers: { pushed: { webhok: {} } }\n')).not.toEqual([])
})
