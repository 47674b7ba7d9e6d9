import { expect, test } from 'vitest'
import { lineCharactersRead, tailCharactersMax } from '../limits.ts'
import { lineReader } from './lines.ts'

function read(...chunks: (string | Buffer)[]) {
  const lines: { text: string; leftOut: number }[] = []
  const reader = lineReader((text, leftOut) => lines.push({ text, leftOut }))
  for (const chunk of chunks) reader.take(Buffer.from(chunk))
  reader.end()
  return { lines, texts: lines.map((line) => line.text), tail: reader.tail }
}

test('lines come whole, however the bytes are cut', () => {
  expect(read('on', 'e\ntwo\nthr', 'ee').texts).toEqual(['one', 'two', 'three'])
  const bytes = Buffer.from('grüße\n')
  expect(read(bytes.subarray(0, 3), bytes.subarray(3)).texts).toEqual(['grüße'])
})

test('empty lines stay, and Windows line ends go', () => {
  expect(read('a\r\n\nb\r\n').texts).toEqual(['a', '', 'b'])
})

test('nothing printed is no line', () => {
  expect(read('').texts).toEqual([])
  expect(read('\n').texts).toEqual([''])
})

test('a line without end is held up to a bound, and what is left out is counted', () => {
  const { lines } = read(...Array.from({ length: 100 }, () => 'x'.repeat(1000)), '\nnext\n')
  expect(lines[0]?.text.length).toBe(lineCharactersRead)
  expect(lines[0]?.leftOut).toBe(100_000 - lineCharactersRead)
  expect(lines[1]).toEqual({ text: 'next', leftOut: 0 })
})

test('bytes that are no UTF-8 are shown as replaced, not refused', () => {
  expect(read(Buffer.from([0xff, 0xfe, 0x41])).texts).toEqual(['\ufffd\ufffdA'])
})

test('the tail is the last part of everything', () => {
  expect(read('a\n', 'x'.repeat(tailCharactersMax - 1), 'yz').tail).toBe(`${'x'.repeat(tailCharactersMax - 2)}yz`)
})
