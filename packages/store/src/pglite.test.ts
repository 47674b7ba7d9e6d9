import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeConformance } from './conformance.ts'
import { openPglite } from './pglite.ts'

storeConformance('PGlite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-pglite-'))
  const store = await openPglite({ directory })
  return {
    store,
    async close() {
      await store.close()
      await rm(directory, { recursive: true })
    },
  }
})
