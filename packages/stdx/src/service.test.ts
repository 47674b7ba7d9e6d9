import { expect, test } from 'vitest'
import { type Service, semaphore, startAll, stopAll } from './index.ts'

function recorded(said: string[]) {
  return (name: string, failing: 'start' | 'stop' | undefined = undefined): Service => ({
    name,
    async start() {
      said.push(`start ${name}`)
      if (failing === 'start') throw new Error(`${name} does not start`)
    },
    async stop() {
      said.push(`stop ${name}`)
      if (failing === 'stop') throw new Error(`${name} does not stop`)
    },
  })
}

test('services start in order, and stop in reverse', async () => {
  const said: string[] = []
  const service = recorded(said)
  const all = [service('a'), service('b')]
  await startAll(all)
  await stopAll(all)
  expect(said).toEqual(['start a', 'start b', 'stop b', 'stop a'])
})

test('when one does not start, those before it are stopped again', async () => {
  const said: string[] = []
  const service = recorded(said)
  await expect(startAll([service('a'), service('b', 'start'), service('c')])).rejects.toThrow('b does not start')
  expect(said).toEqual(['start a', 'start b', 'stop b', 'stop a'])
})

test('when one does not stop, the others are stopped all the same, and it is said', async () => {
  const said: string[] = []
  const service = recorded(said)
  await expect(stopAll([service('a'), service('b', 'stop')])).rejects.toThrow('b does not stop')
  expect(said).toEqual(['stop b', 'stop a'])
})

test('a semaphore lets as many in as it has slots; giving back twice is once', async () => {
  const gate = semaphore(1)
  const release = await gate.acquire()
  let second = false
  const waiting = gate.acquire().then((give) => {
    second = true
    return give
  })
  await Promise.resolve()
  expect(second).toBe(false)
  release()
  release()
  const give = await waiting
  expect(gate.free).toBe(0)
  give()
  expect(gate.free).toBe(1)
})
