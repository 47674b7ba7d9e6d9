// What every blob storage must do: bytes by name, whole or not at all, listed in order, and no name leads elsewhere.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Blob } from './contract.ts'

export interface OpenedBlob {
  readonly blob: Blob
  /** Closes the storage and removes what it left. */
  close(): Promise<void>
}

interface Bench {
  blob: Blob
}

const bytes = (text: string) => Uint8Array.from(Buffer.from(text))
const plain = (found: Uint8Array | undefined) => found && Uint8Array.from(found)

export function blobConformance(name: string, open: () => Promise<OpenedBlob>): void {
  describe(`blobs ${name}`, () => {
    let opened: OpenedBlob
    const bench: Bench = { blob: undefined as unknown as Blob }
    beforeEach(async () => {
      opened = await open()
      bench.blob = opened.blob
    })
    afterEach(() => opened.close())
    contentConformance(bench)
    nameConformance(bench)
    listConformance(bench)
  })
}

function contentConformance(bench: Bench): void {
  test('bytes come back as they went in, and what was never put is absent', async () => {
    const { blob } = bench
    const all = Uint8Array.from({ length: 100_000 }, (_, i) => i % 256)
    await blob.put('runs/run_01/output.json', all)
    await blob.put('empty', new Uint8Array(0))
    expect(plain(await blob.get('runs/run_01/output.json'))).toEqual(all)
    expect(await blob.size('runs/run_01/output.json')).toBe(100_000)
    expect(plain(await blob.get('empty'))).toEqual(new Uint8Array(0))
    expect(await blob.size('empty')).toBe(0)
    for (const absent of ['runs', 'runs/run_01', 'runs/run_01/output', 'runs/run_01/output.json/x', 'other']) {
      expect(await blob.get(absent)).toBeUndefined()
      expect(await blob.size(absent)).toBeUndefined()
    }
  })

  test('putting a name again replaces it, removing makes it absent, and removing twice is once', async () => {
    const { blob } = bench
    await blob.put('a/b', bytes('first, and longer'))
    await blob.put('a/b', bytes('second'))
    expect(plain(await blob.get('a/b'))).toEqual(bytes('second'))
    await blob.remove('a/b')
    await blob.remove('a/b')
    expect(await blob.get('a/b')).toBeUndefined()
    await blob.put('a/b', bytes('third'))
    expect(plain(await blob.get('a/b'))).toEqual(bytes('third'))
  })

  test('a name may begin another', async () => {
    const { blob } = bench
    for (const name of ['a', 'a/b', 'a/b/c', 'a.b', 'A.b']) await blob.put(name, bytes(name))
    for (const name of ['a', 'a/b', 'a/b/c', 'a.b', 'A.b']) expect(plain(await blob.get(name))).toEqual(bytes(name))
    await blob.remove('a/b')
    expect(plain(await blob.get('a/b/c'))).toEqual(bytes('a/b/c'))
    expect(plain(await blob.get('a'))).toEqual(bytes('a'))
  })

  test('readers see the old or the new, never a mixture, also while names come and go', async () => {
    const { blob } = bench
    const versions = [new Uint8Array(200_000).fill(1), new Uint8Array(300_000).fill(2)]
    await blob.put('x/same', versions[0] as Uint8Array)
    const writing = (async () => {
      for (let i = 0; i < 30; i++) await blob.put('x/same', versions[i % 2] as Uint8Array)
    })()
    const coming = (async () => {
      for (let i = 0; i < 30; i++) {
        await blob.put('y/z/other', bytes('here'))
        await Promise.all([blob.remove('y/z/other'), blob.put(`y/z/more${i % 3}`, bytes('more'))])
        await blob.remove(`y/z/more${i % 3}`)
      }
    })()
    for (let i = 0; i < 60; i++) {
      const found = await blob.get('x/same')
      expect([200_000, 300_000]).toContain(found?.length)
      expect(found?.every((byte) => byte === found[0])).toBe(true)
    }
    await Promise.all([writing, coming])
    expect(await blob.list('y', 10)).toEqual([])
  })
}

function nameConformance(bench: Bench): void {
  const bad = [
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    '../a',
    'a/../b',
    'a/./b',
    'a\\b',
    'a b',
    'ä',
    'a\0b',
    'a~',
    '~new/x',
    'C:',
    'a:b',
  ]
  test.each([...bad, 'x'.repeat(513), `a/${'y'.repeat(201)}`])('%j is no name', async (name) => {
    const { blob } = bench
    const invalid = { code: 'blob.name_invalid' }
    await expect(blob.put(name, bytes('x'))).rejects.toMatchObject(invalid)
    await expect(blob.get(name)).rejects.toMatchObject(invalid)
    await expect(blob.size(name)).rejects.toMatchObject(invalid)
    await expect(blob.remove(name)).rejects.toMatchObject(invalid)
  })

  test('odd names that are names', async () => {
    const { blob } = bench
    for (const name of ['...', '.hidden', '-', '_', 'a/...', 'con', 'x'.repeat(200), `${'z/'.repeat(200)}z`]) {
      await blob.put(name, bytes(name))
      expect(plain(await blob.get(name))).toEqual(bytes(name))
    }
  })
}

function listConformance(bench: Bench): void {
  const names = ['a', 'a-b', 'a.b', 'a/0', 'a/b', 'a/b/c', 'a/b/d', 'a/bc', 'a0', 'b/a', 'runs/1', 'runs/10', 'runs/2']

  test('names are listed in order, by prefix, in parts', async () => {
    const { blob } = bench
    for (const name of [...names].reverse()) await blob.put(name, bytes('x'))
    expect(await blob.list('', 100)).toEqual(names)
    for (const prefix of ['a', 'a/', 'a/b', 'a/b/', 'a/b/c', 'runs/1', 'b', 'nothing', 'a/b/c/d']) {
      expect(await blob.list(prefix, 100), prefix).toEqual(names.filter((name) => name.startsWith(prefix)))
    }
    for (const after of [...names, '0', 'a/aa', 'a/b/zzz', 'zzz']) {
      expect(await blob.list('', 100, after), after).toEqual(names.filter((name) => name > after))
      expect(await blob.list('a/', 2, after), after).toEqual(
        names.filter((name) => name.startsWith('a/') && name > after).slice(0, 2),
      )
    }
    expect(await blob.list('', 0)).toEqual([])
  })

  test('what is no prefix is refused', async () => {
    for (const prefix of ['/', '../', 'a/../', 'a//', '~new', 'a b']) {
      await expect(bench.blob.list(prefix, 10)).rejects.toMatchObject({ code: 'blob.name_invalid' })
    }
    await expect(bench.blob.list('', 10, '../a')).rejects.toMatchObject({ code: 'blob.name_invalid' })
  })
}
