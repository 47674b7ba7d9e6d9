import { expect, test } from 'vitest'
import { memoryRequest } from './memory.ts'

const limits = { memoryBytesMax: 4 * 1024 ** 3 }

test('memory is asked for in bytes, and not at all when nothing is said', () => {
  expect(memoryRequest('512MB', limits)).toEqual({ memoryBytes: 512 * 1024 ** 2 })
  expect(memoryRequest(undefined, limits)).toEqual({})
})

test('too much, too little and no size at all are refused with both bounds', () => {
  for (const memory of ['8GB', '1MB', 'plenty']) {
    expect(() => memoryRequest(memory, limits)).toThrow(/at least 32 MiB and at most 4 GiB/)
  }
})
