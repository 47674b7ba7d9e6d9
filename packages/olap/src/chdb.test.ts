import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openChdb } from './chdb.ts'
import { olapConformance } from './conformance.ts'

olapConformance('chDB, in this process', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-olap-'))
  const olap = await openChdb({ directory })
  return {
    olap,
    async close() {
      await olap.close()
      await rm(directory, { recursive: true })
    },
  }
})
