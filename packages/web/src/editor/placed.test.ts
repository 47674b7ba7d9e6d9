import { Text } from '@codemirror/state'
import { expect, test } from 'vitest'
import { offsetOf, toDiagnostic } from './placed.ts'

const text = Text.of(['apiVersion: millrace.io/v1', 'kind: Playboook', ''])
const complaint = { code: 'playbook.kind', message: 'Unknown kind.' }

test('line and column become the stretch that is underlined', () => {
  const { from, to, message } = toDiagnostic(
    { ...complaint, hint: 'Did you mean `Playbook`?', line: 2, column: 7, endLine: 2, endColumn: 16 },
    text,
  )
  expect(text.sliceString(from, to)).toBe('Playboook')
  expect(message).toBe('Unknown kind. Did you mean `Playbook`?')
})

test('without an end, the rest of the line is underlined', () => {
  const { from, to } = toDiagnostic({ ...complaint, line: 2, column: 7 }, text)
  expect(text.sliceString(from, to)).toBe('Playboook')
})

test('a complaint about lines that are gone stays within the text', () => {
  const { from, to } = toDiagnostic({ ...complaint, line: 99, column: 99, endLine: 120, endColumn: 1 }, text)
  expect(from).toBeLessThanOrEqual(text.length)
  expect(to).toBeLessThanOrEqual(text.length)
})

test('a complaint without a place stands at the beginning', () => {
  expect(toDiagnostic(complaint, text).from).toBe(0)
  expect(offsetOf(text, 0, -5)).toBe(0)
})
