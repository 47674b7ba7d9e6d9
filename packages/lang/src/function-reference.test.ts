import jsonata from 'jsonata'
import { expect, test } from 'vitest'
import { compileTemplate, functionReference } from './index.ts'

test.each(Object.keys(functionReference))('$%s is there', async (name) => {
  expect(await jsonata(`$exists($${name})`).evaluate(null)).toBe(true)
  expect(compileTemplate(`{{ $${name}(1) }}`).complaints).toEqual([])
})

test('what is not in the list is not there', async () => {
  for (const name of ['eval', 'require', 'process', 'env', 'fetch']) {
    const { template, complaints } = compileTemplate(`{{ $${name}('1') }}`)
    const answer =
      complaints.length > 0
        ? 'refused'
        : await Promise.resolve(template.evaluate({}, { timeMsMax: 100, nowMs: 0, seed: 1 })).catch(() => 'refused')
    expect(answer).toBe('refused')
  }
})
