// The one session of an embedded PostgreSQL, spoken to in its own protocol. PGlite's `query` asks five times per
// statement and parses anew each time; one message with a prepared statement is three to five times as fast.

import { type PGlite, protocol } from '@electric-sql/pglite'
import { preparedMax } from './limits.ts'
import { statementError, stoppedError, valueError } from './statement-error.ts'
import { type ValueReader, valueReader } from './values.ts'

const { serialize } = protocol

export interface Answer {
  readonly rows: Record<string, unknown>[]
  /** What was done, e.g. `COMMIT`, `INSERT 0 1`. */
  readonly tag: string
}

/** The parts of PostgreSQL's messages (manual, 55.7) that are read here. */
interface Message {
  readonly name: string
  readonly severity?: string
  readonly message?: string
  readonly code?: string
  readonly constraint?: string
  readonly table?: string
  readonly column?: string
  readonly text?: string
  readonly fields?: readonly unknown[]
  readonly channel?: string
  readonly payload?: string
}

interface Field {
  readonly name: string
  readonly dataTypeID: number
}

/** Statements after which a prepared one may mean other columns. */
const changesSchema = /^(?:CREATE|ALTER|DROP)/

/** The database runs in this thread: a call is through before the next begins, also when nobody waits for it. */
export interface Session {
  /** False once the database has stopped, which only a new process mends. */
  readonly alive: boolean
  /** One statement with parameters in text format. Errors are of `store.*`. */
  run(text: string, parameters: readonly (string | null)[]): Promise<Answer>
  /** Any number of statements without parameters; the tag is that of the last. */
  runScript(text: string): Promise<Answer>
}

export function openSession(pg: PGlite, hear: (channel: string, payload: string) => void): Session {
  const prepared = new Map<string, string>()
  let serial = 0
  let stopped: string | undefined

  const exchange = async (parts: readonly Uint8Array[], statement: string): Promise<Answer> => {
    // Called once more after a PANIC, the WebAssembly of PostgreSQL never comes back.
    if (stopped !== undefined) throw stoppedError(stopped)
    const messages: Message[] = []
    await send(pg, parts, (message) => messages.push(message))
    stopped = messages.find((message) => message.severity === 'PANIC' || message.severity === 'FATAL')?.message
    for (const message of messages) {
      if (message.name === 'notification') hear(message.channel ?? '', message.payload ?? '')
    }
    const complaint = messages.find((message) => message.name === 'error')
    if (complaint !== undefined) throw statementError(complaint, statement)
    const answer = readAnswer(messages, statement)
    if (changesSchema.test(answer.tag)) prepared.clear()
    return answer
  }

  return {
    get alive() {
      return stopped === undefined
    },

    async run(text, parameters) {
      const known = prepared.get(text)
      const name = known ?? `s${serial++}`
      const parts: Uint8Array[] = []
      if (known === undefined) {
        const oldest = prepared.size >= preparedMax ? prepared.entries().next().value : undefined
        if (oldest !== undefined) {
          parts.push(serialize.close({ type: 'S', name: oldest[1] }))
          prepared.delete(oldest[0])
        }
        parts.push(serialize.parse({ name, text }))
      }
      parts.push(
        serialize.bind({ statement: name, values: [...parameters] }),
        serialize.describe({ type: 'P' }),
        serialize.execute(),
        serialize.sync(),
      )
      try {
        const answer = await exchange(parts, text)
        if (!changesSchema.test(answer.tag)) prepared.set(text, name)
        return answer
      } catch (cause) {
        if (known === undefined && stopped === undefined) await forget(pg, name)
        throw cause
      }
    },

    async runScript(text) {
      prepared.clear()
      return exchange([serialize.query('DEALLOCATE ALL'), serialize.query(text)], text)
    },
  }
}

/** The statement may have been parsed before it failed; closing what is not there is no error. */
async function forget(pg: PGlite, name: string): Promise<void> {
  await send(pg, [serialize.close({ type: 'S', name }), serialize.sync()], () => undefined)
}

/** The bytes handed out are the database's own memory, and it writes there again before a message is whole. */
async function send(pg: PGlite, parts: readonly Uint8Array[], take: (message: Message) => void): Promise<void> {
  const parser = new protocol.Parser()
  const onRawData = (bytes: Uint8Array) => parser.parse(bytes.slice(), take)
  await pg.execProtocolRawStream(Buffer.concat(parts), { syncToFs: false, onRawData })
}

function readAnswer(messages: readonly Message[], statement: string): Answer {
  let rows: Record<string, unknown>[] = []
  let tag = ''
  let names: string[] = []
  let readers: ValueReader[] = []
  try {
    for (const message of messages) {
      if (message.name === 'rowDescription') {
        const fields = message.fields as readonly Field[]
        names = fields.map((field) => field.name)
        readers = fields.map((field) => valueReader(field.dataTypeID))
        rows = []
      } else if (message.name === 'dataRow') {
        rows.push(readRow(message.fields as readonly (string | null)[], names, readers))
      } else if (message.name === 'commandComplete') {
        tag = message.text ?? ''
      }
    }
  } catch (cause) {
    throw valueError(cause, statement)
  }
  return { rows, tag }
}

function readRow(values: readonly (string | null)[], names: readonly string[], readers: readonly ValueReader[]) {
  const row: Record<string, unknown> = {}
  for (const [i, text] of values.entries()) {
    row[names[i] ?? ''] = text === null ? null : readers[i]?.(text)
  }
  return row
}
