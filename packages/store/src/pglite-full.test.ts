// A full disk needs a disk of one's own: a small tmpfs, where this process may mount one.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPglite } from './pglite.ts'

/** initdb takes seconds; the template stays for the next run. */
const templateDirectory = join(tmpdir(), 'millrace-template')

const directory = await mkdtemp(join(tmpdir(), 'millrace-pglite-full-'))
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', directory]).status === 0
if (!mounted) await rm(directory, { recursive: true })

test.runIf(mounted)(
  'a full disk is refused before it is full, reading goes on, and writing when there is space',
  async () => {
    try {
      const store = await openPglite({ directory: join(directory, 'store'), templateDirectory })
      await store.script('CREATE TABLE filler (id int8, text text)')
      await writeFile(join(directory, 'ballast'), Buffer.alloc(40 * 2 ** 20))
      const fill = 'INSERT INTO filler SELECT id, repeat($1, 1000) FROM generate_series(1, 1000) AS id'
      let committed = 0
      const fillUp = async () => {
        for (;;) {
          await store.query(fill, ['x'])
          committed += 1000
        }
      }
      await expect(fillUp()).rejects.toMatchObject({ code: 'store.disk_full', retryable: true })
      expect(await store.query('SELECT count(*) FROM filler')).toEqual([{ count: committed }])
      await expect(store.transaction((sql) => sql.query(fill, ['x']))).rejects.toMatchObject({
        code: 'store.disk_full',
      })
      await expect(store.script('CREATE TABLE more (id int8)')).rejects.toMatchObject({ code: 'store.disk_full' })
      await rm(join(directory, 'ballast'))
      await store.query(fill, ['x'])
      await store.close()
      const again = await openPglite({ directory: join(directory, 'store'), templateDirectory })
      expect(await again.query('SELECT count(*) FROM filler')).toEqual([{ count: committed + 1000 }])
      await again.close()
    } finally {
      execFileSync('umount', [directory])
      await rm(directory, { recursive: true })
    }
  },
)

test.runIf(mounted)('a database that has stopped says so, instead of never answering', async () => {
  const own = await mkdtemp(join(tmpdir(), 'millrace-pglite-full-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', own])
    const store = await openPglite({ directory: join(own, 'store'), templateDirectory })
    await store.script('CREATE TABLE filler (id int8, text text)')
    // One statement that needs more than was free when it began.
    const burst = store.query("INSERT INTO filler SELECT id, repeat('x', 1000) FROM generate_series(1, 200000) AS id")
    await expect(burst).rejects.toMatchObject({ code: 'store.disk_full' })
    await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'store.unreachable', retryable: false })
    await expect(store.query('SELECT 1')).rejects.toThrow('has stopped: could not write')
    await store.close()
  } finally {
    // What has stopped cannot close its files.
    execFileSync('umount', ['--lazy', own])
    await rm(own, { recursive: true })
  }
})
