import { expect, test } from 'vitest'
import { durationFormat, durationParse } from './index.ts'

test('durations are read and written as people write them', () => {
  expect(durationParse('500ms')).toBe(500)
  expect(durationParse('1h30m')).toBe(5_400_000)
  expect(durationFormat(90_000)).toBe('1m30s')
})

test('what is no duration is undefined, never a guess', () => {
  for (const text of ['', '10', '10 s', '-1s', '1w', 's', '1e3s']) expect(durationParse(text)).toBeUndefined()
})
