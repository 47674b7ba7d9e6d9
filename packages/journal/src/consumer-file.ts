// How far the consumers of a stream are. Written a moment after they moved, not before anybody is answered, and without
// fsync: what is lost with it is delivered again, and nothing else. (An fsync beside the log's own made every tenth
// append wait for the file system's journal.) Two files take turns, so that one is whole whenever the other is torn.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Cancel, type Clock, type Logger, messageOf } from '@millrace/stdx'
import type { GroupState } from './consumer-group.ts'
import type { StoredRecord } from './contract.ts'
import { saveDelayMs } from './limits.ts'
import { subjectMatcher } from './subject.ts'

interface Saved {
  /** Counts the writes; the higher is the newer. */
  readonly serial: number
  readonly groups: readonly GroupState[]
}

export class ConsumerFile {
  readonly groups: readonly GroupState[]
  readonly #directory: string
  readonly #clock: Clock
  readonly #logger: Logger
  #serial: number
  #states: (() => readonly GroupState[]) | undefined
  #cancel: Cancel | undefined
  #writing: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(directory: string, saved: Saved, clock: Clock, logger: Logger) {
    this.groups = saved.groups
    this.#directory = directory
    this.#serial = saved.serial
    this.#clock = clock
    this.#logger = logger
  }

  static async open(directory: string, clock: Clock, logger: Logger): Promise<ConsumerFile> {
    return new ConsumerFile(directory, await load(directory, logger), clock, logger)
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
    const serial = ++this.#serial
    const text = JSON.stringify({ serial, groups: states() } satisfies Saved)
    const path = join(this.#directory, fileNames[serial % 2] ?? '')
    await writeFile(path, `${crc32(text)}\n${text}\n`).catch((cause: unknown) => {
      this.#logger.error('the positions of consumers could not be saved', { path, error: messageOf(cause) })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancel?.()
    await this.#writing
    await this.#write()
  }
}

const fileNames = ['consumers.0', 'consumers.1']

/** The newer of the two that are whole. */
async function load(directory: string, logger: Logger): Promise<Saved> {
  const found = await Promise.all(fileNames.map((name) => loadOne(join(directory, name))))
  const whole = found.filter((saved) => typeof saved === 'object').sort((a, b) => b.serial - a.serial)
  if (whole.length === 0 && found.includes('damaged')) {
    const what = 'the positions of consumers are damaged: every record that is still there is delivered again'
    logger.warn(what, { directory })
  }
  return whole[0] ?? { serial: 0, groups: [] }
}

async function loadOne(path: string): Promise<Saved | 'absent' | 'damaged'> {
  const content = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw cause
  })
  if (content === undefined) return 'absent'
  const [sum, text] = content.split('\n')
  return text !== undefined && Number(sum) === crc32(text) ? (JSON.parse(text) as Saved) : 'damaged'
}
