import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestWorkshop, testCall, testWorkshop } from '../testdata/program-calls.ts'
import { attend } from './attend.ts'
import { boundsOf } from './program.ts'

let shop: TestWorkshop
beforeAll(async () => {
  shop = await testWorkshop()
})
afterAll(() => shop.stop())

/** A program that is over, with its pipes, before anybody stands by it. */
async function ended() {
  const { workshop } = shop
  const [stdout, stderr] = [await workshop.pipe(), await workshop.pipe()]
  for (const pipe of [stdout, stderr]) {
    const closed = once(pipe.reader, 'close')
    pipe.opened()
    await closed
  }
  const tree = { pid: 2 ** 22 + 1, mark: workshop.warden.marked().mark }
  return { tree, stdout, stderr, exited: Promise.resolve({ code: 0, signal: undefined }) }
}

test('a program that has come and gone before anybody listens is not waited for', async () => {
  const started = await ended()
  const call = testCall()
  expect(await attend(shop.workshop.warden, started, boundsOf(call, 2 ** 30))).toMatchObject({
    code: 0,
    standardOutput: '',
  })
})

test('a program that could not be forked after all is told as that', async () => {
  const [stdout, stderr] = [await shop.workshop.pipe(), await shop.workshop.pipe()]
  const tree = { pid: 2 ** 22 + 1, mark: shop.workshop.warden.marked().mark }
  const started = { tree, stdout, stderr, exited: Promise.reject(new Error('no more processes')) }
  await expect(attend(shop.workshop.warden, started, boundsOf(testCall(), 2 ** 30))).rejects.toThrow(
    'no more processes',
  )
  expect([stdout.reader.destroyed, stderr.reader.destroyed]).toEqual([true, true])
})
