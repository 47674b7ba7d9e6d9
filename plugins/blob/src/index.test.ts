import type { CallContext, JsonObject } from '@millrace/plugin'
import { beforeEach, expect, test } from 'vitest'
import { plugin } from './index.ts'

/** A blob of the worker, as small as one can be: names sorted, prefixes as beginnings. */
const kept = new Map<string, Uint8Array>()
const context = {
  environment: 'dev',
  blobs: {
    put: async (name, bytes) => void kept.set(name, bytes),
    get: async (name) => kept.get(name),
    remove: async (name) => void kept.delete(name),
    list: async (prefix, namesMax) =>
      [...kept.keys()]
        .filter((name) => name.startsWith(prefix))
        .sort()
        .slice(0, namesMax),
  },
} as Partial<CallContext> as CallContext

beforeEach(() => kept.clear())

const call = (input: Parameters<typeof plugin.call>[0]) => plugin.call(input, context) as Promise<JsonObject>

test('what is put as JSON, text or base64 comes back the same', async () => {
  expect(await call({ operation: 'put', name: 'a.json', json: { a: [1, null] } })).toEqual({
    name: 'a.json',
    bytes: 14,
  })
  expect(await call({ operation: 'get', name: 'a.json', as: 'json' })).toEqual({
    name: 'a.json',
    bytes: 14,
    value: { a: [1, null] },
  })
  await call({ operation: 'put', name: 'a.txt', text: 'héllo\n' })
  expect(await call({ operation: 'get', name: 'a.txt' })).toEqual({ name: 'a.txt', bytes: 7, value: 'héllo\n' })
  await call({ operation: 'put', name: 'a.bin', base64: 'AP8=\n' })
  expect(await call({ operation: 'get', name: 'a.bin', as: 'base64' })).toEqual({
    name: 'a.bin',
    bytes: 2,
    value: 'AP8=',
  })
})

test('nothing at all is also something to keep', async () => {
  await call({ operation: 'put', name: 'empty', text: '' })
  await call({ operation: 'put', name: 'null', json: null })
  expect(await call({ operation: 'get', name: 'empty' })).toMatchObject({ bytes: 0, value: '' })
  expect(await call({ operation: 'get', name: 'null', as: 'json' })).toMatchObject({ bytes: 4, value: null })
})

test('exists tells a name from one that only begins like it', async () => {
  await call({ operation: 'put', name: 'reports/a', text: 'x' })
  expect(await call({ operation: 'exists', name: 'reports/a' })).toEqual({ name: 'reports/a', exists: true })
  expect(await call({ operation: 'exists', name: 'reports' })).toEqual({ name: 'reports', exists: false })
})

test('a list is sorted, cut, and says that it was cut', async () => {
  for (const name of ['b/2', 'b/1', 'a/1']) await call({ operation: 'put', name, text: 'x' })
  expect(await call({ operation: 'list' })).toEqual({ names: ['a/1', 'b/1', 'b/2'], more: false })
  expect(await call({ operation: 'list', prefix: 'b/' })).toEqual({ names: ['b/1', 'b/2'], more: false })
  expect(await call({ operation: 'list', namesMax: 2 })).toEqual({ names: ['a/1', 'b/1'], more: true })
})

test('removing what is not there is done', async () => {
  await call({ operation: 'put', name: 'a', text: 'x' })
  expect(await call({ operation: 'remove', name: 'a' })).toEqual({ name: 'a' })
  expect(await call({ operation: 'remove', name: 'a' })).toEqual({ name: 'a' })
  expect(kept.size).toBe(0)
})

test('getting what is not there says so', async () => {
  await expect(call({ operation: 'get', name: 'gone' })).rejects.toMatchObject({
    code: 'plugin.blob_absent',
    retryable: false,
    message: 'There is no blob gone in dev.',
  })
})

test.each([
  ['text', Uint8Array.of(0xff, 0xfe), 'are not UTF-8 text'],
  ['json', new TextEncoder().encode('{"a":'), 'are not JSON'],
] as const)('bytes that are no %s are refused', async (as, bytes, message) => {
  kept.set('odd', bytes)
  await expect(call({ operation: 'get', name: 'odd', as })).rejects.toMatchObject({
    code: 'plugin.blob_unreadable',
    message: expect.stringContaining(message),
  })
})

test.each(['AP8', 'A===', '????'])('%s is no base64', async (base64) => {
  await expect(call({ operation: 'put', name: 'a', base64 })).rejects.toMatchObject({ code: 'plugin.input_invalid' })
  expect(kept.size).toBe(0)
})

test('what is too large is neither put nor got', async () => {
  const large = 'x'.repeat(48 * 1024 * 1024 + 1)
  await expect(call({ operation: 'put', name: 'a', text: large })).rejects.toMatchObject({
    code: 'plugin.output_too_large',
  })
  kept.set('b', new TextEncoder().encode(large))
  await expect(call({ operation: 'get', name: 'b' })).rejects.toMatchObject({ code: 'plugin.output_too_large' })
})
