// One batch of events: load what is known, decide what becomes of each event, write it once.

import { checkDatasetName, rejectText, rowOf } from '@millrace/dataset'
import { environmentDatabase, insertLinewise, type Olap } from '@millrace/olap'
import { invariant, type JsonObject, semaphore } from '@millrace/stdx'
import { refineErrors } from './errors.ts'
import { type DatasetKey, type Outcome, pruneOutcomes, readOutcome, writeOutcome } from './ledger.ts'
import {
  chunkCharactersMax,
  chunkEventsMax,
  eventsMax,
  outcomeKeptMs,
  pruneEveryMs,
  tokenCharactersMax,
} from './limits.ts'
import { createPreparation, type Prepared, type RefineOptions } from './prepare.ts'
import { rejectsTable } from './table.ts'

export interface WriteRequest {
  readonly environment: string
  /** Lower-case letters, digits, `-`, `_`. */
  readonly dataset: string
  /** JSON Schema 2020-12 of an object. Inferred from the events, and widened by later ones, when never given. */
  readonly schema?: JsonObject
  readonly events: readonly unknown[]
  /** The same token on the same dataset is the same batch: it is stored once and answered alike. */
  readonly token: string
}

export interface WriteReceipt {
  /** They add up to the events given. */
  readonly stored: number
  readonly rejected: number
  readonly duplicate: number
}

interface Chunk {
  readonly lines: readonly string[]
  /** Which event of the batch each line is. */
  readonly indexes: readonly number[]
}

interface RejectRow {
  readonly index: number
  readonly code: string
  readonly pointer: string
  readonly message: string
  readonly event: string
}

interface Decided {
  readonly chunks: readonly Chunk[]
  readonly rejects: readonly RejectRow[]
}

export function createWriter(options: RefineOptions): (request: WriteRequest) => Promise<WriteReceipt> {
  const { store, olap, clock } = options
  const preparation = createPreparation(options)
  const gates = createGates()
  const running = new Map<string, Promise<Outcome>>()
  let prunedAt = Number.NEGATIVE_INFINITY

  const write = async (key: DatasetKey, request: WriteRequest): Promise<Outcome> => {
    const earlier = await readOutcome(store, key, request.token)
    if (earlier !== undefined) return earlier
    const prepared = await gates.within(`${key.environment}/${key.dataset}`, () =>
      preparation.prepare(key, request.schema, request.events),
    )
    const decided = decide(prepared, request.events, clock.now())
    const outcome = await storeDecided(olap, key, request, prepared, decided, clock.now())
    await writeOutcome(store, key, request.token, outcome, clock.now())
    return outcome
  }

  return async (request) => {
    checkRequest(request)
    if (clock.now() - prunedAt >= pruneEveryMs) {
      prunedAt = clock.now()
      await pruneOutcomes(store, prunedAt - outcomeKeptMs)
    }
    const key = { environment: request.environment, dataset: request.dataset }
    const id = JSON.stringify([request.environment, request.dataset, request.token])
    const work = running.get(id) ?? write(key, request).finally(() => running.delete(id))
    running.set(id, work)
    const { stored, rejected } = await work
    return { stored, rejected, duplicate: 0 }
  }
}

function checkRequest(request: WriteRequest): void {
  checkDatasetName(request.dataset)
  if (request.events.length > eventsMax) {
    throw refineErrors.batch_too_large(
      `The batch has ${request.events.length} events; at most ${eventsMax} are taken at once. Send it in parts, each with a token of its own.`,
    )
  }
  if (request.token === '' || request.token.length > tokenCharactersMax || request.token.includes('\0')) {
    throw refineErrors.token_invalid(
      `A token has 1 to ${tokenCharactersMax} characters, none of them NUL; found ${JSON.stringify(request.token.slice(0, 40))}, ${request.token.length} characters.`,
    )
  }
}

/** Chunks are cut by the events alone, so that a repetition cuts them alike though the schema may have grown since. */
function decide(prepared: Prepared, events: readonly unknown[], nowMs: number): Decided {
  const at = new Date(nowMs).toISOString()
  const rejects: RejectRow[] = []
  const chunks: { lines: string[]; indexes: number[] }[] = []
  let characters = Number.POSITIVE_INFINITY
  let count = 0
  for (const [index, event] of events.entries()) {
    const json = JSON.stringify(event) ?? 'undefined'
    if (characters + json.length > chunkCharactersMax || count === chunkEventsMax) {
      chunks.push({ lines: [], indexes: [] })
      characters = 0
      count = 0
    }
    characters += json.length
    count++
    const result = rowOf(prepared.rules, event, json)
    if ('reject' in result) {
      rejects.push({ index, ...result.reject, event: rejectText(json) })
      continue
    }
    const chunk = chunks.at(-1)
    chunk?.lines.push(JSON.stringify({ ...result.row, _at: at }))
    chunk?.indexes.push(index)
  }
  return { chunks, rejects }
}

async function storeDecided(
  olap: Olap,
  key: DatasetKey,
  request: WriteRequest,
  { place }: Prepared,
  decided: Decided,
  nowMs: number,
): Promise<Outcome> {
  const rejects = [...decided.rejects]
  let stored = 0
  for (const [i, chunk] of decided.chunks.entries()) {
    if (chunk.lines.length === 0) continue
    const bytes = Buffer.from(chunk.lines.join('\n'))
    const refused = await insertLinewise(olap, `${place.database}.${place.table}`, bytes, `${request.token}/${i}`)
    stored += chunk.lines.length - refused.length
    for (const { index, message } of refused) {
      const event = chunk.indexes[index] ?? 0
      rejects.push({
        index: event,
        code: 'event.refused',
        pointer: '',
        message,
        event: rejectText(JSON.stringify(request.events[event])),
      })
    }
  }
  if (rejects.length > 0) {
    const at = new Date(nowMs).toISOString()
    const rows = rejects.map((reject) => ({ _at: at, dataset: key.dataset, token: request.token, ...reject }))
    const database = environmentDatabase(key.environment)
    await olap.insert(`${database}.${rejectsTable}`, rows, `${key.dataset}/${request.token}`)
  }
  invariant(stored + rejects.length === request.events.length, 'every event is stored or rejected')
  return { stored, rejected: rejects.length }
}

interface Gates {
  /** One at a time per name. */
  within<T>(name: string, work: () => Promise<T>): Promise<T>
}

function createGates(): Gates {
  const gates = new Map<string, { readonly gate: ReturnType<typeof semaphore>; users: number }>()
  return {
    async within(name, work) {
      const entry = gates.get(name) ?? { gate: semaphore(1), users: 0 }
      gates.set(name, entry)
      entry.users++
      const release = await entry.gate.acquire()
      try {
        return await work()
      } finally {
        release()
        entry.users--
        if (entry.users === 0) gates.delete(name)
      }
    },
  }
}
