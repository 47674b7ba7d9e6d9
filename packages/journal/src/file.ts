// The journal on disk, for one process.
//
//   <directory>/lock.*             whose directory this is
//   <directory>/<stream>/stream    what the stream was made as
//                        consumers.0, consumers.1   how far each consumer is
//                        *.seg                      the records

import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, type Logger, MillraceError, quietLogger } from '@millrace/stdx'
import { lockDirectory } from '@millrace/stdx/node'
import { ConsumerFile } from './consumer-file.ts'
import type { Journal, StreamSpec } from './contract.ts'
import { journalErrors } from './errors.ts'
import { FileLog } from './file-log.ts'
import { syncDirectory, writeError, writeWhole } from './file-system.ts'
import { StreamJournal } from './journal.ts'
import { memoryPlace } from './memory.ts'
import type { LogHooks } from './record-log.ts'
import { SegmentFiles } from './segment-files.ts'
import type { StreamPlace } from './stream.ts'
import { checkSame, lastingSettings } from './stream-spec.ts'

export interface FileJournalOptions {
  /** Made when absent. Belongs to one process at a time. */
  readonly directory: string
  readonly clock: Clock
  readonly logger?: Logger
}

/** Streams with `storage: 'disk'` live in the directory, those with `memory` in the process. */
export async function openFileJournal({
  directory,
  clock,
  logger = quietLogger,
}: FileJournalOptions): Promise<Journal> {
  const lock = await lockDirectory(directory)
  if ('heldBy' in lock) {
    throw journalErrors.locked(
      `The journal directory ${directory} belongs to the running process ${lock.heldBy}; stop that one, or choose another directory.`,
      { details: { directory, pid: lock.heldBy } },
    )
  }
  const openPlace = (spec: StreamSpec, hooks: LogHooks) =>
    spec.storage === 'memory'
      ? memoryPlace(spec, clock, hooks)
      : openDiskPlace(join(directory, spec.name), spec, hooks, clock, logger)
  return new StreamJournal({ clock, logger, openPlace, close: () => lock.release() })
}

async function openDiskPlace(
  directory: string,
  spec: StreamSpec,
  hooks: LogHooks,
  clock: Clock,
  logger: Logger,
): Promise<StreamPlace> {
  await ensureDirectory(directory, spec)
  const consumers = await ConsumerFile.open(directory, clock, logger)
  const files = await SegmentFiles.open(directory, spec, consumers.needs(), logger)
  const log = new FileLog(spec, files, clock, hooks)
  return {
    log,
    // A segment that somebody moved aside may have taken the end of the stream along.
    groups: consumers.groups.map((group) => ({ ...group, cursor: Math.min(group.cursor, log.last + 1) })),
    save: (states) => consumers.save(states),
    async close() {
      await log.close()
      await consumers.close()
    },
  }
}

/** Limits may change from one start to the next; what the records are may not. */
async function ensureDirectory(directory: string, spec: StreamSpec): Promise<void> {
  const path = join(directory, 'stream')
  try {
    const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined
      throw cause
    })
    if (text !== undefined) return checkSame(JSON.parse(text) as StreamSpec, spec, lastingSettings)
    await mkdir(directory, { recursive: true })
    await syncDirectory(join(directory, '..'))
    await writeWhole(path, Buffer.from(`${JSON.stringify(spec)}\n`))
  } catch (cause) {
    throw cause instanceof MillraceError ? cause : writeError(cause, path)
  }
}
