// The files of an embedded PostgreSQL: making them, and making `fsync` mean it.

import { randomUUID } from 'node:crypto'
import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs'
import { cp, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { pageCacheBytes, walBytesMax } from './limits.ts'

/** Emscripten's stream of an open file: `nfd` is Node's descriptor, absent for a directory. */
interface FileStream {
  readonly nfd?: number
  readonly node: object
}

interface NodeFiles {
  realPath(node: object): string
  stream_ops: { fsync?: (stream: FileStream) => number }
}

/** WASI's number for an input/output error. PostgreSQL stops at a failed fsync, and recovers at the next start. */
const errnoIo = 29

/**
 * PGlite runs with fsync off, and Emscripten's file system has none: `kill -9` would lose nothing, but a power cut
 * between two page writes could ruin the cluster. Here fsync is on and reaches the disk (0.1 ms a commit on an SSD).
 */
class DurableFiles extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS['init']>) {
    const { emscriptenOpts } = await super.init(pg, options)
    const install = (module: object) => {
      const files = (module as { NODEFS: NodeFiles }).NODEFS
      files.stream_ops.fsync = (stream) => sync(files, stream)
    }
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...[emscriptenOpts.preRun ?? []].flat(), install] } }
  }
}

function sync(files: NodeFiles, stream: FileStream): number {
  try {
    if (stream.nfd === undefined) syncDirectory(files.realPath(stream.node))
    else fdatasyncSync(stream.nfd)
    return 0
  } catch {
    return errnoIo
  }
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** `fdatasync` is an empty function in Emscripten's library, hence `wal_sync_method=fsync`. */
const settings = [
  'wal_sync_method=fsync',
  `max_wal_size=${walBytesMax / 2 ** 20}MB`,
  'min_wal_size=32MB',
  `shared_buffers=${pageCacheBytes / 2 ** 20}MB`,
  'timezone=UTC',
  // A plan prepared while a table is empty is kept, and must not read all of the table later (there is no autovacuum that
  // would have it made again): every statement of ours finds its rows by an index.
  'random_page_cost=1.1',
  'enable_seqscan=off',
]

export function openCluster(directory: string): Promise<PGlite> {
  return PGlite.create({
    fs: new DurableFiles(directory),
    relaxedDurability: false,
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
  })
}

/**
 * Makes the cluster in `directory/cluster` when there is none and answers that path. A new one appears under its name
 * only when it is whole, so a crash on the way leaves nothing that looks like data. initdb takes some seconds; a
 * template that an earlier start left in `templateDirectory` is copied instead, in a tenth of one.
 */
export async function ensureCluster(directory: string, templateDirectory: string | undefined): Promise<string> {
  const cluster = join(directory, 'cluster')
  if (await exists(cluster)) return cluster
  for (const name of await readdir(directory)) {
    if (name.startsWith('cluster.new')) await rm(join(directory, name), { recursive: true })
  }
  const fresh = join(directory, 'cluster.new')
  if (templateDirectory === undefined) await initialise(fresh)
  else await cp(await ensureTemplate(templateDirectory), fresh, { recursive: true })
  await syncTree(fresh)
  await rename(fresh, cluster)
  syncDirectory(directory)
  return cluster
}

/** Several processes may make the template at once: each makes its own, the first rename wins. */
async function ensureTemplate(directory: string): Promise<string> {
  const template = join(directory, `pglite-${templateVersion}`)
  if (await exists(template)) return template
  const fresh = `${template}.${randomUUID()}.new`
  await mkdir(directory, { recursive: true })
  await initialise(fresh)
  await syncTree(fresh)
  await rename(fresh, template).catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOTEMPTY' && cause.code !== 'EEXIST') throw cause
    await rm(fresh, { recursive: true })
  })
  return template
}

/** Of the files a cluster consists of; raised with PGlite's major PostgreSQL or when its initdb changes. */
const templateVersion = '0.5'

async function initialise(directory: string): Promise<void> {
  const pg = await openCluster(directory)
  await pg.close()
}

/** Makes a whole new directory durable, so that its name never stands for files that a power cut emptied. */
async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.map((entry) => join(entry.parentPath, entry.name))
  const syncNext = async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const file = await open(path, 'r')
      await file.sync().finally(() => file.close())
    }
  }
  await Promise.all(Array.from({ length: 8 }, syncNext))
  syncDirectory(directory)
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return false
      throw cause
    },
  )
}
