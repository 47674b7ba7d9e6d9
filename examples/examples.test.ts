// Every example, and every example in a plugin's own description, parses without a complaint.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from '@millrace/playbook'
import type { PluginDescription } from '@millrace/plugin'
import { plugin as bash } from '@millrace/plugin-bash'
import { plugin as blob } from '@millrace/plugin-blob'
import { plugin as datasetWrite } from '@millrace/plugin-dataset-write'
import { plugin as http } from '@millrace/plugin-http'
import { plugin as node } from '@millrace/plugin-node'
import { plugin as python } from '@millrace/plugin-python'
import { plugin as sql } from '@millrace/plugin-sql'
import { plugin as transform } from '@millrace/plugin-transform'
import { plugin as wait } from '@millrace/plugin-wait'
import { expect, test } from 'vitest'

const descriptions: readonly PluginDescription[] = [
  bash,
  blob,
  datasetWrite,
  http,
  node,
  python,
  sql,
  transform,
  wait,
].map((plugin) => plugin.description)
const plugins = new Map(descriptions.map((description) => [description.name, description]))

const here = fileURLToPath(new URL('.', import.meta.url))
const names = readdirSync(here).filter((name) => statSync(here + name).isDirectory())

function complaintsOf(text: string): string[] {
  return parse(text, { plugins }).complaints.map(({ line, column, message }) => `${line}:${column} ${message}`)
}

test.each(names)('the example %s parses without a complaint, under its own name', (name) => {
  const text = readFileSync(`${here}${name}/playbook.yaml`, 'utf8')
  expect(complaintsOf(text)).toEqual([])
  expect(parse(text, { plugins }).playbook?.name).toBe(name)
})

test.each(names)('the example %s says what it is and what it yields', (name) => {
  const readme = readFileSync(`${here}${name}/README.md`, 'utf8')
  expect(readme.startsWith(`# ${name}\n`)).toBe(true)
  expect(readme).toContain(`millrace run examples/${name}/playbook.yaml`)
  const expected = JSON.parse(readFileSync(`${here}${name}/expected.json`, 'utf8')) as object
  expect(Object.keys(expected).filter((key) => !['inputs', 'state', 'outputs', 'sql'].includes(key))).toEqual([])
})

test('all examples together are small', () => {
  const files = names.flatMap((name) => readdirSync(here + name).map((file) => `${here}${name}/${file}`))
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  expect(bytes).toBeLessThan(100_000)
})

const steps = descriptions.flatMap(({ name, examples }) => examples.map((example) => ({ name, ...example })))

test.each(descriptions.map(({ name }) => name))('%s shows at least two examples', (name) => {
  expect(plugins.get(name)?.examples.length).toBeGreaterThanOrEqual(2)
})

/** Inputs, secrets and an earlier step: whatever the examples speak of. */
test.each(steps)('the example of $name, "$title", is a step that parses', ({ yaml }) => {
  const indented = yaml.trimEnd().replaceAll('\n', '\n        ')
  const secrets = [...new Set([...yaml.matchAll(/secret: ([a-z_]+)/g)].map(([, name]) => name))]
  const inputs = [...new Set([...yaml.matchAll(/inputs\.(\w+)/g)].map(([, name]) => name))]
  const before = [...new Set([...yaml.matchAll(/steps\.(\w+)/g)].map(([, name]) => name))]
  const text = [
    'apiVersion: millrace.io/v1',
    'kind: Playbook',
    'metadata: { name: example }',
    `inputs: { ${inputs.map((name) => `${name}: {}`).join(', ')} }`,
    `secrets: [${secrets.join(', ')}]`,
    'tasks:',
    '  only:',
    '    steps:',
    ...before.map((id) => `      - { id: ${id}, plugin: transform, with: { value: 1 } }`),
    `      - ${indented}`,
  ].join('\n')
  expect(complaintsOf(text)).toEqual([])
})
