import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blobConformance } from './conformance.ts'
import { openFileBlob } from './file.ts'

blobConformance('in files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-blob-'))
  const blob = await openFileBlob({ directory })
  return {
    blob,
    async close() {
      await blob.close()
      await rm(directory, { recursive: true })
    },
  }
})

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-blob-'))
})
afterEach(() => rm(root, { recursive: true }))

const content = Buffer.from('content')

test('a symbolic link leads nowhere, whether it is the blob or a directory on the way', async () => {
  const directory = join(root, 'blob')
  const outside = join(root, 'outside')
  const blob = await openFileBlob({ directory })
  await mkdir(outside)
  await writeFile(join(outside, 'secret~'), 'secret')
  await symlink(outside, join(directory, 'way'))
  await symlink(join(outside, 'secret~'), join(directory, 'leaf~'))
  for (const name of ['way/secret', 'leaf']) {
    await expect(blob.get(name)).rejects.toMatchObject({ code: 'blob.name_invalid' })
    await expect(blob.size(name)).rejects.toMatchObject({ code: 'blob.name_invalid' })
  }
  for (const name of ['way/secret', 'way/deep/er']) {
    await expect(blob.put(name, content)).rejects.toMatchObject({ code: 'blob.name_invalid' })
  }
  await expect(blob.remove('way/secret')).rejects.toMatchObject({ code: 'blob.name_invalid' })
  expect(await blob.list('', 10)).toEqual([])
  await blob.put('leaf', content)
  expect(await readFile(join(outside, 'secret~'), 'utf8')).toBe('secret')
  expect(await readdir(outside)).toEqual(['secret~'])
  expect(await readdir(join(directory, '~new'))).toEqual([])
})

test('the directory itself may be reached through a link', async () => {
  await mkdir(join(root, 'real'))
  await symlink(join(root, 'real'), join(root, 'link'))
  const blob = await openFileBlob({ directory: join(root, 'link') })
  await blob.put('a/b', content)
  expect(await blob.get('a/b')).toEqual(content)
})

test('what is over the limit is refused, and nothing is left of it', async () => {
  const blob = await openFileBlob({ directory: root, bytesMax: 10 })
  await blob.put('ten', Buffer.alloc(10))
  await expect(blob.put('ten', Buffer.alloc(11))).rejects.toMatchObject({ code: 'blob.too_large' })
  await expect(blob.put('new', Buffer.alloc(1000))).rejects.toMatchObject({ code: 'blob.too_large' })
  expect(await blob.size('ten')).toBe(10)
  expect(await blob.list('', 10)).toEqual(['ten'])
})

test('directories that hold nothing any more are removed', async () => {
  const blob = await openFileBlob({ directory: root })
  await blob.put('a/b/c/d', content)
  await blob.put('a/x', content)
  await blob.remove('a/b/c/d')
  expect(await readdir(join(root, 'a'))).toEqual(['x~'])
  await blob.remove('a/x')
  expect(await readdir(root)).toEqual(['~new'])
})

test('what a crash left half written is removed a while later, and never listed', async () => {
  const blob = await openFileBlob({ directory: root })
  const [old, young] = ['old', 'young'].map((name) => join(root, '~new', name))
  await writeFile(old ?? '', 'half')
  await writeFile(young ?? '', 'half')
  const yesterday = new Date(Date.now() - 86_400_000)
  await utimes(old ?? '', yesterday, yesterday)
  expect(await blob.list('', 10)).toEqual([])
  await openFileBlob({ directory: root })
  expect(await readdir(join(root, '~new'))).toEqual(['young'])
})

test('a directory that cannot be is refused in words', async () => {
  await writeFile(join(root, 'file'), '')
  await expect(openFileBlob({ directory: join(root, 'file') })).rejects.toMatchObject({ code: 'blob.unreachable' })
  await expect(openFileBlob({ directory: join(root, 'file', 'below') })).rejects.toMatchObject({
    code: 'blob.unreachable',
    retryable: false,
  })
})

const disk = await mkdtemp(join(tmpdir(), 'millrace-blob-full-'))
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]).status === 0
if (!mounted) await rm(disk, { recursive: true })

test.runIf(mounted)('a full disk refuses the blob, keeps the old one, and takes it when there is space', async () => {
  try {
    const blob = await openFileBlob({ directory: disk })
    await blob.put('kept', content)
    await blob.put('ballast', Buffer.alloc(150_000))
    for (const name of ['kept', 'new']) {
      await expect(blob.put(name, Buffer.alloc(150_000))).rejects.toMatchObject({
        code: 'blob.disk_full',
        retryable: true,
      })
    }
    expect(await blob.get('kept')).toEqual(content)
    expect(await blob.list('', 10)).toEqual(['ballast', 'kept'])
    expect(await readdir(join(disk, '~new'))).toEqual([])
    await blob.remove('ballast')
    await blob.put('new', Buffer.alloc(150_000))
    expect(await blob.size('new')).toBe(150_000)
  } finally {
    execFileSync('umount', [disk])
    await rm(disk, { recursive: true })
  }
})
