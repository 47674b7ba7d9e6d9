import type { CallContext, CodeRequest } from '@millrace/plugin'
import { expect, test } from 'vitest'
import { plugin } from './index.ts'

// What Python does with the code is the worker's, and tested there with a real one.

async function asked(input: Parameters<typeof plugin.call>[0]): Promise<CodeRequest> {
  let request: CodeRequest | undefined
  const limits = { timeMsMax: 1000, memoryBytesMax: 4 * 1024 ** 3, outputBytesMax: 1000, logLinesMax: 10 }
  const code = async (given: CodeRequest) => {
    request = given
    return 'output'
  }
  expect(await plugin.call(input, { limits, code } as unknown as CallContext)).toBe('output')
  return request as CodeRequest
}

test('code alone is run without input, packages or a wish for memory', async () => {
  expect(await asked({ code: 'def main(): pass' })).toEqual({
    language: 'python',
    code: 'def main(): pass',
    input: {},
    packages: [],
  })
})

test('everything said is handed on', async () => {
  const input = { code: 'x', input: { a: 1 }, packages: ['attrs==23.1.0'], memory: '512MB' }
  expect(await asked(input)).toMatchObject({
    input: { a: 1 },
    packages: ['attrs==23.1.0'],
    memoryBytes: 512 * 1024 ** 2,
  })
})

test('memory beyond what the worker allows is refused', async () => {
  await expect(asked({ code: 'x', memory: '1000GB' })).rejects.toThrow(/at most 4 GiB/)
  await expect(asked({ code: 'x', memory: '1KB' })).rejects.toThrow(/at least 32 MiB/)
})

test('only pinned packages fit the schema', () => {
  const { packages } = plugin.description.input['properties'] as unknown as { packages: { items: { pattern: string } } }
  const pattern = new RegExp(packages.items.pattern)
  for (const right of ['requests==2.32.3', 'a[b,c]==1.0.0rc1', 'Zope.Interface==5.0+local'])
    expect(pattern.test(right)).toBe(true)
  for (const wrong of ['requests', 'requests>=2', '-r x==1', 'a==', '--pre==1', 'a b==1'])
    expect(pattern.test(wrong)).toBe(false)
})
