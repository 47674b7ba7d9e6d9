import { expect, test } from 'vitest'
import { batcher, deferred } from './index.ts'

const overflow = () => new Error('full')

test('while one batch is flushed the next one gathers, and order is kept', async () => {
  const gates = [deferred(), deferred()]
  const batches: number[][] = []
  const commit = batcher<number, number>(
    async (items) => {
      const gate = gates[batches.length]
      batches.push([...items])
      await gate?.promise
      return items.map((item) => item * 10)
    },
    { itemsMax: 10, waitingMax: 10, overflow },
  )
  const first = commit.submit(1)
  await Promise.resolve()
  await Promise.resolve()
  const later = [commit.submit(2), commit.submit(3)]
  expect(commit.waiting).toBe(2)
  gates[0]?.resolve()
  gates[1]?.resolve()
  expect(await Promise.all([first, ...later])).toEqual([10, 20, 30])
  expect(batches).toEqual([[1], [2, 3]])
})

test('a flush that fails fails its own batch, and the next goes on', async () => {
  let flushes = 0
  const commit = batcher<number, number>(
    (items) => (++flushes === 1 ? Promise.reject(new Error('away')) : Promise.resolve([...items])),
    { itemsMax: 1, waitingMax: 10, overflow },
  )
  const [one, two] = await Promise.allSettled([commit.submit(1), commit.submit(2)])
  expect(one).toMatchObject({ status: 'rejected', reason: { message: 'away' } })
  expect(two).toEqual({ status: 'fulfilled', value: 2 })
})

test('more than may wait is refused, and draining waits for the rest', async () => {
  const gate = deferred()
  const commit = batcher<number, number>(
    async (items) => {
      await gate.promise
      return [...items]
    },
    { itemsMax: 1, waitingMax: 2, overflow },
  )
  const taken = [commit.submit(1), commit.submit(2)]
  await expect(commit.submit(3)).rejects.toThrow('full')
  gate.resolve()
  await commit.drain()
  expect(await Promise.all(taken)).toEqual([1, 2])
  expect(commit.waiting).toBe(0)
})
