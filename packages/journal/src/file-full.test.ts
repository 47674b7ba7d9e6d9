// A full disk needs a disk of one's own: a small tmpfs, where this process may mount one.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@millrace/stdx'
import { expect, test } from 'vitest'
import { numbered, observe, text } from './conformance-observer.ts'
import type { StreamSpec } from './contract.ts'
import { openFileJournal } from './file.ts'

const spec: StreamSpec = {
  name: 'order',
  subjects: ['order.>'],
  storage: 'disk',
  retention: 'acknowledged',
  bytesMax: 64 * 2 ** 20,
  recordsMax: 1_000_000,
  whenFull: 'refuse',
}

const directory = await mkdtemp(join(tmpdir(), 'millrace-journal-full-'))
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', directory]).status === 0
if (!mounted) await rm(directory, { recursive: true })

test.runIf(mounted)(
  'a full disk refuses whole appends, keeps what was acknowledged, and takes again later',
  async () => {
    try {
      let journal = await openFileJournal({ directory, clock: systemClock })
      await journal.ensureStream(spec)
      await journal.append(numbered('order.new', 3))
      await writeFile(join(directory, 'ballast'), Buffer.alloc(256 * 1024))
      const big = () =>
        journal.append(Array.from({ length: 5 }, () => ({ subject: 'order.big', body: Buffer.alloc(20_000) })))
      const outcomes = await Promise.allSettled([big(), big().then(big).then(big)])
      expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'journal.disk_full', retryable: true } })
      const { positionLast } = await journal.status('order')
      expect(positionLast % 5).toBe(3)
      await rm(join(directory, 'ballast'))
      expect(await journal.append(numbered('order.new', 2))).toEqual([positionLast + 1, positionLast + 2])
      await journal.close()
      journal = await openFileJournal({ directory, clock: systemClock })
      await journal.ensureStream(spec)
      const reader = await observe(journal, { stream: 'order', filter: 'order.new' })
      await reader.seen(5)
      expect(reader.deliveries.map(text)).toEqual(['1', '2', '3', '1', '2'])
      expect((await journal.status('order')).positionLast).toBe(positionLast + 2)
      await journal.close()
    } finally {
      execFileSync('umount', [directory])
      await rm(directory, { recursive: true })
    }
  },
)
