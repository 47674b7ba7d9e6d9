import type { CallContext, CodeRequest } from '@millrace/plugin'
import { expect, test } from 'vitest'
import { plugin } from './index.ts'

// What Node does with the code is the worker's, and tested there with a real one.

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
  expect(await asked({ code: 'function main() {}' })).toEqual({
    language: 'node',
    code: 'function main() {}',
    input: {},
    packages: [],
  })
})

test('everything said is handed on', async () => {
  const input = { code: 'x', input: { a: 1 }, packages: ['ms@2.1.3'], memory: '512MB' }
  expect(await asked(input)).toMatchObject({ input: { a: 1 }, packages: ['ms@2.1.3'], memoryBytes: 512 * 1024 ** 2 })
})

test('memory beyond what the worker allows is refused', async () => {
  await expect(asked({ code: 'x', memory: '1000GB' })).rejects.toThrow(/at most 4 GiB/)
  await expect(asked({ code: 'x', memory: '1KB' })).rejects.toThrow(/at least 32 MiB/)
})

test('only pinned packages fit the schema', () => {
  const { packages } = plugin.description.input['properties'] as unknown as { packages: { items: { pattern: string } } }
  const pattern = new RegExp(packages.items.pattern)
  for (const right of ['ms@2.1.3', '@scope/name@1.0.0-rc.1', 'a.b-c_d@10.20.30+x'])
    expect(pattern.test(right)).toBe(true)
  for (const wrong of ['ms', 'ms@^2', 'ms@latest', '@scope@1.0.0', '--x@1.0.0', 'file:x@1.0.0', '../x@1.0.0'])
    expect(pattern.test(wrong)).toBe(false)
})
