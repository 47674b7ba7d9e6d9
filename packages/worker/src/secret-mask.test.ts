import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskSecrets } from './secret-mask.ts'

const secret = 'pa$$ "wörd"/+?'
const mask = maskSecrets([secret]) as (text: string) => string

test('a secret is masked plainly, in JSON, in URLs and in base64 at every alignment', () => {
  expect(mask(`token=${secret}!`)).toBe('token=***!')
  expect(mask(JSON.stringify({ a: secret }))).toBe('{"a":"***"}')
  expect(mask('"pa$$ \\"w\\u00f6rd\\"/+?"')).toBe('"***"')
  expect(mask(`https://x/?q=${encodeURIComponent(secret)}`)).toBe('https://x/?q=***')
  expect(mask(new URLSearchParams({ q: secret }).toString())).toBe('q=***')
  for (const before of ['', 'u', 'us', 'user:']) {
    const encoded = Buffer.from(`${before}${secret}after`).toString('base64')
    expect(mask(`Basic ${encoded}`)).toContain('***')
    expect(Buffer.from(mask(encoded).replace('***', ''), 'base64').toString()).not.toContain('wörd')
  }
})

test('a secret of several lines is masked line by line', () => {
  const key = maskSecrets(['-----BEGIN KEY-----\nMIIEvQIBADANB\ngkqhkiG9w0BAQ\n-----END KEY-----\n']) as (
    text: string,
  ) => string
  expect(key('MIIEvQIBADANB')).toBe('***')
  expect(key('  gkqhkiG9w0BAQ')).toBe('  ***')
})

test('of two secrets that begin alike, the longer goes whole', () => {
  const both = maskSecrets(['token', 'token-long']) as (text: string) => string
  expect(both('token-long token')).toBe('*** ***')
})

test('what is no secret stays, and what is too short to be one is not masked', () => {
  expect(mask('nothing here: pa$$ word')).toBe('nothing here: pa$$ word')
  expect(maskSecrets([])).toBeUndefined()
  expect(maskSecrets(['abc', ''])).toBeUndefined()
})

test('no text keeps a secret, whatever stands around it', () => {
  const text = fc.string({ unit: 'binary', minLength: 4, maxLength: 40 })
  fc.assert(
    fc.property(text, fc.string(), fc.string(), (value, before, after) => {
      const masked = (maskSecrets([value]) as (text: string) => string)(`${before}${value}${after}`)
      expect(masked.split('***').some((part) => part.includes(value) && !'***'.includes(value))).toBe(false)
    }),
  )
})
