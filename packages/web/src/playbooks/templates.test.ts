import { expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { playbookAround, templates } from './templates.ts'

test.each(templates.map(({ id, text }) => [id, text]))(
  'the template %s is a YAML document of a playbook',
  (_, text) => {
    const value = parseYaml(text)
    expect(value).toMatchObject({ apiVersion: 'millrace.io/v1', kind: 'Playbook' })
    expect(Object.keys(value.tasks).length).toBeGreaterThan(0)
  },
)

test('an example step becomes a playbook of one task, whether written as a mapping or as a list', () => {
  const step = { id: 'get', plugin: 'http', with: { code: 'a\nb\n' } }
  const asMapping = 'id: get\nplugin: http\nwith:\n  code: |\n    a\n    b\n'
  const asList = '- id: get\n  plugin: http\n  with:\n    code: |\n      a\n      b\n'
  for (const text of [asMapping, asList]) {
    expect(parseYaml(playbookAround('http', text)).tasks.try.steps).toEqual([step])
  }
})

test('a dotted plugin name makes a name that a playbook may have', () => {
  expect(parseYaml(playbookAround('dataset.write', 'id: a\nplugin: dataset.write\n')).metadata.name).toBe(
    'dataset-write-example',
  )
})

test('secrets and inputs that an example names are declared once', () => {
  const step =
    'id: a\nplugin: http\nwith:\n  auth: { bearer: { secret: shop_token } }\n  url: "{{ inputs.shop }}/{{ inputs.shop }}"\n'
  expect(parseYaml(playbookAround('http', step))).toMatchObject({
    inputs: { shop: { type: 'string' } },
    secrets: ['shop_token'],
  })
})

test('an example that names neither declares neither', () => {
  const playbook = parseYaml(playbookAround('bash', 'id: a\nplugin: bash\n'))
  expect(Object.keys(playbook)).toEqual(['apiVersion', 'kind', 'metadata', 'tasks'])
})
