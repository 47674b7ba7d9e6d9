// How far the consumers of a stream are, in one small file that is replaced whole. It is written a moment after they
// moved, not before anybody is answered: what is lost with it is delivered again, and nothing else.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Cancel, type Clock, isObject, type Logger, messageOf } from '@millrace/stdx'
import type { GroupState } from './consumer-group.ts'
import type { StoredRecord } from './contract.ts'
import { writeWhole } from './file-system.ts'
import { saveDelayMs } from './limits.ts'
import { subjectMatcher } from './subject.ts'

export class ConsumerFile {
  readonly groups: readonly GroupState[]
  readonly #path: string
  readonly #clock: Clock
  readonly #logger: Logger
  #states: (() => readonly GroupState[]) | undefined
  #cancel: Cancel | undefined
  #writing: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(path: string, groups: readonly GroupState[], clock: Clock, logger: Logger) {
    this.#path = path
    this.groups = groups
    this.#clock = clock
    this.#logger = logger
  }

  static async open(directory: string, clock: Clock, logger: Logger): Promise<ConsumerFile> {
    const path = join(directory, 'consumers')
    return new ConsumerFile(path, await load(path, logger), clock, logger)
  }

  /** Whether, as far as was saved, a consumer still needs the record or none has asked for it. */
  needs(): (record: StoredRecord) => boolean {
    const groups = this.groups.map(({ filter, cursor, pending }) => {
      const open = new Set(pending.map(([position]) => position))
      const isDone = (position: number) => position < cursor && !open.has(position)
      return { matches: subjectMatcher(filter), isDone }
    })
    return (record) => {
      const takers = groups.filter((group) => group.matches(record.subject))
      return takers.length === 0 || takers.some((group) => !group.isDone(record.position))
    }
  }

  /** Notes that consumers have moved; `states` is asked when it is time to write. */
  save(states: () => readonly GroupState[]): void {
    if (this.#closed) return
    this.#states = states
    this.#cancel ??= this.#clock.after(saveDelayMs, () => {
      this.#writing = this.#write().then(() => {
        this.#cancel = undefined
        if (this.#states !== undefined) this.save(this.#states)
      })
    })
  }

  async #write(): Promise<void> {
    const states = this.#states
    if (states === undefined) return
    this.#states = undefined
    const text = JSON.stringify(states())
    await writeWhole(this.#path, Buffer.from(`${crc32(text)}\n${text}\n`)).catch((cause: unknown) => {
      this.#logger.error('the positions of consumers could not be saved', { path: this.#path, error: messageOf(cause) })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancel?.()
    await this.#writing
    await this.#write()
  }
}

async function load(path: string, logger: Logger): Promise<readonly GroupState[]> {
  const content = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw cause
  })
  if (content === undefined) return []
  const [sum, text] = content.split('\n')
  if (text !== undefined && Number(sum) === crc32(text)) return (JSON.parse(text) as unknown[]).filter(isState)
  logger.warn('the positions of consumers are damaged: every record that is still there is delivered again', { path })
  return []
}

function isState(value: unknown): value is GroupState {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['cursor'] === 'number'
}
