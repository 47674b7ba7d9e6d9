// Log lines of a run: a page as JSON, or all of them as NDJSON, and on with `follow` until the run has ended.

import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { type Deferred, deferred } from '@millrace/stdx'
import { type Severity, severityNumbers } from '@millrace/telemetry'
import { Type } from 'typebox'
import type { Caller, LogFilter, LogLine, Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { preferred } from '../http/accept.ts'
import { type Route, route } from '../http/route.ts'
import {
  linesSettleMs,
  linesStoredMs,
  linesToldApartMax,
  logLinesWaitingMax,
  pageItemsMax,
  pathPartLettersMax,
} from '../limits.ts'
import type { LiveLogs } from './live-logs.ts'
import { pagedJson, pageOf, pageQuery } from './page.ts'
import { LogLineShape, logLineJson, pageShape } from './shapes.ts'

const severities = Object.keys(severityNumbers) as Severity[]

export function severityOf(text: string): Severity {
  const found = severities.find((severity) => severity === text)
  if (found === undefined) {
    throw apiErrors.request_invalid(`"${text.slice(0, 40)}" is not a severity. They are ${severities.join(', ')}.`)
  }
  return found
}

/** What a table would have left out of the answer, left out of what passes by. */
export function passes(line: LogLine, filter: LogFilter): boolean {
  const { task, step, item, search, severityMin } = filter
  return (
    (task === undefined || line.task === task) &&
    (step === undefined || line.step === step) &&
    (item === undefined || line.item === item) &&
    (severityMin === undefined || severityNumbers[line.severity] >= severityNumbers[severityMin]) &&
    (search === undefined || line.text.toLowerCase().includes(search.toLowerCase()))
  )
}

/** All lines so far; with `follow`, those to come as well, until the run has ended and its last lines are there. */
export async function* readLines(
  rooms: Rooms,
  liveLogs: LiveLogs,
  caller: Caller,
  request: { runId: string; endedAt: number | undefined; filter: LogFilter; follow: boolean },
): AsyncGenerator<LogLine> {
  const { environment, signal } = caller
  const { runId, filter, endedAt } = request
  const told = toldApart()
  const over = endedAt !== undefined && rooms.clock.now() - endedAt > linesSettleMs
  const live = request.follow && !over ? await listen(liveLogs, environment, runId, filter) : undefined
  try {
    let lastPage: string | undefined
    // What was written just before we listened is on its way to the table: read too early, it would come out of order.
    if (live !== undefined) await pause(linesStoredMs, undefined, { signal })
    const history = async function* (from: string | undefined) {
      let after = from
      do {
        lastPage = after
        const page = await rooms.watch.logs({
          environment,
          runId,
          ...filter,
          limit: pageItemsMax,
          ...(after === undefined ? {} : { after }),
        })
        for (const line of page.items) if (told.isNew(line)) yield line
        after = page.next
      } while (after !== undefined && !signal.aborted)
    }
    yield* history(undefined)
    if (live === undefined) return
    const ended = rooms.dispatch.ended(environment, runId, signal).then(
      // The last lines of a run may come a moment after the news of its end.
      () => pause(linesSettleMs, undefined, { signal }),
    )
    ended.catch(() => undefined).finally(() => live.end())
    for (let line = await live.next(); line !== undefined; line = await live.next()) if (told.isNew(line)) yield line
    // What was on its way for longer is out of order by now, and better late than lost.
    if (!signal.aborted) yield* history(lastPage)
  } finally {
    live?.stop()
  }
}

/** The same line may come from the table and from the journal. Remembers the last ones, not all. */
function toldApart() {
  const ids = new Set<string>()
  return {
    isNew({ id }: LogLine): boolean {
      if (ids.has(id)) return false
      ids.add(id)
      if (ids.size > linesToldApartMax) ids.delete(ids.values().next().value ?? '')
      return true
    },
  }
}

async function listen(liveLogs: LiveLogs, environment: string, runId: string, filter: LogFilter) {
  const waiting: LogLine[] = []
  let reader: Deferred<void> | undefined
  let ended = false
  const wake = () => {
    reader?.resolve()
    reader = undefined
  }
  const stop = await liveLogs.follow(environment, runId, (lines) => {
    for (const line of lines) if (passes(line, filter)) waiting.push(line)
    // A reader slower than the run: the oldest go, and the reading of history at the end brings them back.
    if (waiting.length > logLinesWaitingMax) waiting.splice(0, waiting.length - logLinesWaitingMax)
    wake()
  })
  return {
    stop,
    end() {
      ended = true
      wake()
    },
    async next(): Promise<LogLine | undefined> {
      for (;;) {
        const line = waiting.shift()
        if (line !== undefined || ended) return line
        reader = deferred()
        await reader.promise
      }
    },
  }
}

const mediaTypes = ['application/json', 'application/x-ndjson'] as const

export function logRoutes(rooms: Rooms, liveLogs: LiveLogs): readonly Route[] {
  const Word = Type.String({ maxLength: pathPartLettersMax })
  return [
    route({
      method: 'GET',
      path: '/v1/runs/{id}/logs',
      action: 'run.read',
      inEnvironment: true,
      summary: 'Log lines of a run, oldest first.',
      description:
        'A page as JSON; with `Accept: application/x-ndjson` all lines, one JSON object each. `follow=true` streams NDJSON and goes on until the run has ended.',
      params: Type.Object({ id: Word }),
      query: Type.Object(
        {
          ...pageQuery,
          follow: Type.Optional(Type.Boolean()),
          task: Type.Optional(Word),
          step: Type.Optional(Word),
          item: Type.Optional(Type.Integer({ minimum: -1 })),
          search: Type.Optional(Type.String({ maxLength: 1000, description: 'Part of a line, in either case.' })),
          severityMin: Type.Optional(Type.Enum([...severities])),
        },
        { additionalProperties: false },
      ),
      answers: { 200: { description: 'The lines.', schema: pageShape(LogLineShape), mediaTypes } },
      async handle(call) {
        const { limit, cursor, follow, ...rest } = call.query
        const filter = rest as LogFilter
        const { endedAt } = await rooms.dispatch.run(call.environment, call.params.id)
        const lines = follow === true || preferred(call.request.headers.accept, mediaTypes) === 'application/x-ndjson'
        if (lines) {
          const request = { runId: call.params.id, endedAt, filter, follow: follow === true }
          const stream = Readable.from(texts(readLines(rooms, liveLogs, call, request), call.signal))
          return { mediaType: 'application/x-ndjson; charset=utf-8', stream }
        }
        const page = pageOf({ limit, cursor })
        const logs = await rooms.watch.logs({
          environment: call.environment,
          runId: call.params.id,
          ...filter,
          limit: page.limit,
          ...(page.cursor === undefined ? {} : { after: page.cursor }),
        })
        return { body: pagedJson(logs, logLineJson) }
      },
    }),
  ]
}

/** Ends quietly when its reader has gone: there is nobody to tell. */
async function* texts(lines: AsyncIterable<LogLine>, signal: AbortSignal): AsyncGenerator<string> {
  try {
    for await (const line of lines) yield `${JSON.stringify(logLineJson(line))}\n`
  } catch (cause) {
    if (!signal.aborted) throw cause
  }
}
