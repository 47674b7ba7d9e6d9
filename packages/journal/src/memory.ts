// The journal in memory: for tests, and for platforms whose records have another home.

import { type Clock, type Logger, quietLogger } from '@millrace/stdx'
import type { Journal, StreamSpec } from './contract.ts'
import { StreamJournal } from './journal.ts'
import { memoryLog } from './memory-log.ts'
import type { LogHooks } from './record-log.ts'
import type { StreamPlace } from './stream.ts'

/** Everything in memory, whatever `storage` a stream asks for: nothing survives the process. */
export function openMemoryJournal({ clock, logger = quietLogger }: { clock: Clock; logger?: Logger }): Journal {
  return new StreamJournal({
    clock,
    logger,
    openPlace: (spec, hooks) => memoryPlace(spec, clock, hooks),
    close: async () => undefined,
  })
}

export function memoryPlace(spec: StreamSpec, clock: Clock, hooks: LogHooks): StreamPlace {
  return { log: memoryLog(spec, clock, hooks), groups: [], save() {}, close: async () => undefined }
}
