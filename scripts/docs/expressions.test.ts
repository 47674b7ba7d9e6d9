// What docs/explanation/expressions.md says of expressions is tried on them.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compileTemplate } from '@millrace/lang'
import type { Json } from '@millrace/stdx'
import { expect, test } from 'vitest'

const page = readFileSync(fileURLToPath(new URL('../../docs/explanation/expressions.md', import.meta.url)), 'utf8')

const quakes = [{ mag: 1 }, { mag: 5 }, { mag: 6 }]
const scope = { steps: { get: { output: { quakes, body: {}, status: 200 } } }, inputs: { magnitudeMin: 5 } }

async function valueOf(text: string): Promise<Json> {
  return await compileTemplate(text).template.evaluate(scope, { timeMsMax: 1000, nowMs: 0, seed: 1 })
}

/** The rows of the tables that have this head: what is written, and what the page says of it. */
function rowsUnder(head: string): readonly (readonly [string, string])[] {
  const [, after = ''] = page.split(`| ${head} |\n|---|---|\n`)
  const [rows = ''] = after.split('\n\n')
  return [...rows.matchAll(/^\| `(.+?)` \| (.+) \|$/gm)].map(([, written = '', said = '']) => [written, said])
}

const texts = rowsUnder('written | becomes')
const sequences = rowsUnder('expression | yields')

test('the page has its tables', () => {
  expect(texts).toHaveLength(5)
  expect(sequences).toHaveLength(6)
})

test.each(texts)('%s becomes %s', async (written, said) => {
  expect(await valueOf(JSON.parse(written) as string)).toEqual(JSON.parse(said.replaceAll('`', '')))
})

test.each(sequences)('%s yields %s', async (written, said) => {
  const [, expected] = /^`([^`]+)`/.exec(said) ?? []
  if (expected === undefined) await expect(valueOf(`{{ ${written} }}`)).rejects.toMatchObject({ code: 'lang.nothing' })
  else expect(await valueOf(`{{ ${written} }}`)).toEqual(JSON.parse(expected))
})

test('what is missing is said in the words of the page', async () => {
  const [sentence = ''] = /^`steps\.get\.output\.rows` yields.*(?= \(lang\.nothing\)$)/m.exec(page) ?? []
  const { quakes: _quakes, ...output } = scope.steps.get.output
  const { template } = compileTemplate('{{ steps.get.output.rows }}')
  expect(() => template.evaluate({ steps: { get: { output } } }, { timeMsMax: 1000, nowMs: 0, seed: 1 })).toThrow(
    sentence,
  )
})

test('the filter of the page finds what it says', async () => {
  const [filter = ''] = /^steps\.get\.output\.quakes\[mag >= \$\$.*$/m.exec(page) ?? []
  expect(await valueOf(`{{ ${filter} }}`)).toEqual([{ mag: 5 }, { mag: 6 }])
})
