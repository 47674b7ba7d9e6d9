// Every example is run to its end on the real platform, and must yield what its `expected.json` says.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestPlatform, type TestPlatform } from './test-platform.ts'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))
const names = readdirSync(examples, { withFileTypes: true })
  .filter((it) => it.isDirectory())
  .map((it) => it.name)

interface Expected {
  readonly inputs?: Record<string, unknown>
  readonly state?: string
  readonly outputs?: Record<string, unknown>
  readonly sql?: readonly { readonly query: string; readonly rows: readonly (readonly unknown[])[] }[]
}

let house: TestPlatform
beforeAll(async () => {
  house = await startTestPlatform()
})
afterAll(() => house?.stop())

test('there are at least five examples', () => {
  expect(names.length).toBeGreaterThanOrEqual(5)
})

for (const name of names) {
  test(`the example ${name} yields what it says`, async () => {
    const file = `${examples}${name}/expected.json`
    expect(existsSync(file)).toBe(true)
    const expected = JSON.parse(readFileSync(file, 'utf8')) as Expected
    const run = await house.run(readFileSync(`${examples}${name}/playbook.yaml`, 'utf8'), expected.inputs)
    expect(run.error?.message).toBe(expected.state === 'failed' ? run.error?.message : undefined)
    expect(run.state).toBe(expected.state ?? 'completed')
    if (expected.outputs !== undefined) expect(run.outputs).toEqual(expected.outputs)
    for (const { query, rows } of expected.sql ?? []) expect(await house.rows(query)).toEqual(rows)
  })
}
