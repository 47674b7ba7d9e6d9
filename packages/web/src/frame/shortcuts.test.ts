import { expect, test } from 'vitest'
import { shortcutReader, shortcuts } from './shortcuts.ts'

const plain = { metaKey: false, ctrlKey: false, altKey: false, typing: false, at: 0 }

test('g then r goes to the runs', () => {
  const read = shortcutReader()
  expect(read({ ...plain, key: 'g' })).toBeUndefined()
  expect(read({ ...plain, key: 'r', at: 300 })).toEqual({ kind: 'go', to: '/runs' })
})

test('a g of long ago is forgotten', () => {
  const read = shortcutReader()
  read({ ...plain, key: 'g' })
  expect(read({ ...plain, key: 'r', at: 5_000 })).toBeUndefined()
})

test('keys that go into a text are not shortcuts, but the palette’s is', () => {
  const read = shortcutReader()
  expect(read({ ...plain, key: '?', typing: true })).toBeUndefined()
  expect(read({ ...plain, key: 'c', typing: true })).toBeUndefined()
  expect(read({ ...plain, key: 'k', ctrlKey: true, typing: true })).toEqual({ kind: 'palette' })
})

test('Ctrl with a shortcut’s second key stays the browser’s', () => {
  const read = shortcutReader()
  read({ ...plain, key: 'g' })
  expect(read({ ...plain, key: 'r', ctrlKey: true, at: 100 })).toBeUndefined()
  expect(read({ ...plain, key: 'c', ctrlKey: true, at: 200 })).toBeUndefined()
})

test('no two shortcuts share their keys', () => {
  expect(new Set(shortcuts.map(({ keys }) => keys)).size).toBe(shortcuts.length)
})
