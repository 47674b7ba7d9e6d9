// Every test of the repository stands on this: what it imports is what was written, not what was once compiled.

import { invariant } from '@millrace/stdx'
import { expect, test } from 'vitest'

test('a package of the workspace is read from its sources', () => {
  let stack = ''
  try {
    invariant(false, 'thrown by stdx')
  } catch (thrown) {
    stack = (thrown as Error).stack ?? ''
  }
  expect(stack).toMatch(/packages\/stdx\/src\/invariant\.ts:\d+/)
  expect(stack).not.toContain('packages/stdx/dist')
})
