import { expect, test } from 'vitest'
import { bytesFormat, bytesParse, bytesPattern } from './bytes.ts'

test('sizes are read as people write them', () => {
  expect(bytesParse('512MB')).toBe(512 * 1024 ** 2)
  expect(bytesParse('1.5 GiB')).toBe(1.5 * 1024 ** 3)
  expect(bytesParse('64k')).toBe(65_536)
  expect(bytesParse('100')).toBe(100)
  expect(bytesParse('100b')).toBe(100)
})

test('what is no size is refused, by the parser and by the schema alike', () => {
  for (const text of ['', 'MB', '-1MB', '1e9', '5 TB', '1MB ', 'lots', '1.MB']) {
    expect([text, bytesParse(text), new RegExp(bytesPattern).test(text)]).toEqual([text, undefined, false])
  }
  for (const text of ['512MB', '1.5 GiB', '64k', '100', '100b', '2g'])
    expect(new RegExp(bytesPattern).test(text)).toBe(true)
})

test('a size is written in its largest unit', () => {
  expect(bytesFormat(1.5 * 1024 ** 3)).toBe('1.5 GiB')
  expect(bytesFormat(2048)).toBe('2 KiB')
  expect(bytesFormat(12)).toBe('12 bytes')
})
