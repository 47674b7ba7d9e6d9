import { expect, test } from 'vitest'
import { within } from './time-limit.ts'

test('work within its limit answers, or fails as it does', async () => {
  expect(await within(1000, Promise.resolve(5))).toBe(5)
  await expect(within(1000, Promise.reject(new Error('on purpose')))).rejects.toThrow('on purpose')
})

test('work beyond its limit is given up', async () => {
  await expect(within(5, new Promise(() => {}))).rejects.toMatchObject({ code: 'store.transaction_too_long' })
})
